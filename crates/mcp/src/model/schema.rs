//! JSON Schemas of arguments and results, from Rust types.
//!
//! Dialect: JSON Schema 2020-12, the protocol's default (2026-07-28 basic/index, "JSON Schema Usage"), subschemas inlined,
//! with no `$schema` member: hosts exist whose validators refuse one they have not been taught.
//!
//! Properties stand in the order in which the type declares them, the required ones first: hosts exist that call tools by
//! position, and that make functions of them, where what may be left out comes last. (`serde_json` keeps an object's order by
//! its feature `preserve_order`.)

use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// What a tool or a prompt can take as its arguments: any struct that serde reads and that has a schema.
///
/// Implemented for every such type, so there is nothing to implement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the arguments of a tool or a prompt",
    label = "this function takes `{Self}` as its arguments",
    note = "arguments are a struct of owned values with `#[derive(serde::Deserialize, JsonSchema)]`; `mcp::NoArguments` is there for none",
    note = "`use mcp::schemars::{{self, JsonSchema}};` is all that this derive needs"
)]
pub trait Arguments: DeserializeOwned + JsonSchema + 'static {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema + 'static> Arguments for T {}

/// Arguments of a tool that takes none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoArguments {}

/// The schema of a tool's arguments: objects closed, so that a misspelt argument is told and not dropped.
pub(crate) fn of_arguments<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12()
        .for_deserialize()
        .with_transform(RecursiveTransform(Formats))
        .with_transform(RecursiveTransform(RequiredFirst))
        .with_transform(RecursiveTransform(LeaveOutOrGive))
        .with_transform(RecursiveTransform(CloseObjects));
    let mut schema = root::<T>(settings);
    if let Value::Object(members) = &mut schema {
        // A struct without fields is an object all the same, and hosts look for the member.
        members.entry("properties").or_insert_with(|| Value::Object(Map::new()));
    }
    schema
}

/// The schema of a form for people: an object of plain fields, as hosts take no other.
pub(crate) fn of_form<T: JsonSchema>() -> Value {
    let mut schema = of_arguments::<T>();
    if let Value::Object(members) = &mut schema {
        members.remove("additionalProperties");
    }
    schema
}

/// The schema of a tool's structured result. Objects stay open: a result may gain members.
pub(crate) fn of_result<T: JsonSchema>() -> Value {
    root::<T>(
        SchemaSettings::draft2020_12()
            .for_serialize()
            .with_transform(RecursiveTransform(Formats))
            .with_transform(RecursiveTransform(RequiredFirst)),
    )
}

fn root<T: JsonSchema>(mut settings: SchemaSettings) -> Value {
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    // The Rust type's name and documentation are for whoever reads the code; a tool has its own description.
    schema.remove("title");
    schema.remove("description");
    schema.to_value()
}

/// The formats that JSON Schema defines and types have, as one would tell a person to write them (2020-12, Validation,
/// section 7.3).
const FORMATS: [(&str, &str); 9] = [
    ("date", "YYYY-MM-DD"),
    ("time", "HH:MM:SSZ"),
    ("date-time", "YYYY-MM-DDTHH:MM:SSZ"),
    ("duration", "P1DT2H30M"),
    ("email", "name@example.com"),
    ("uri", "https://example.com/path"),
    ("uuid", "00000000-0000-0000-0000-000000000000"),
    ("ipv4", "192.0.2.1"),
    ("ipv6", "2001:db8::1"),
];

/// The format of a schema, as one would tell a person to write it.
pub(crate) fn format_in_words(schema: &Value) -> Option<&'static str> {
    let format = schema.get("format")?.as_str()?;
    FORMATS.iter().find(|(name, _)| *name == format).map(|(_, written)| *written)
}

/// Removes Rust's own number formats (`uint32`, `double`): strict validators refuse formats they do not know. The others are
/// said in words too: hosts exist that hand on to their model what they know of a schema, and `format` is not among it.
#[derive(Clone)]
struct Formats;

impl Transform for Formats {
    fn transform(&mut self, schema: &mut Schema) {
        let is_number = |format: &Value| {
            format.as_str().is_some_and(|format| {
                format.starts_with("int")
                    || format.starts_with("uint")
                    || matches!(format, "float" | "double")
            })
        };
        if schema.get("format").is_some_and(is_number) {
            schema.remove("format");
        }
        if let Some(written) = format_in_words(schema.as_value()) {
            let said = schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
            if !said.contains(written) {
                let description = format!("{said} Written as {written}.");
                schema.insert("description".to_owned(), description.trim_start().into());
            }
        }
    }
}

/// Puts what must be given before what may be left out.
#[derive(Clone)]
struct RequiredFirst;

impl Transform for RequiredFirst {
    fn transform(&mut self, schema: &mut Schema) {
        let Some(members) = schema.as_object_mut() else { return };
        let required: BTreeSet<String> = strings(members.get("required")).map(str::to_owned).collect();
        let Some(Value::Object(properties)) = members.get_mut("properties") else { return };
        let (first, last): (Vec<_>, Vec<_>) =
            std::mem::take(properties).into_iter().partition(|(name, _)| required.contains(name));
        properties.extend(first.into_iter().chain(last));
    }
}

/// An optional argument is one that may be left out. `null` in its place is understood all the same, but not advertised:
/// hosts exist that take no list of types, and a mirrored parameter must have a single one.
#[derive(Clone)]
struct LeaveOutOrGive;

impl Transform for LeaveOutOrGive {
    fn transform(&mut self, schema: &mut Schema) {
        let Some(members) = schema.as_object_mut() else { return };
        let required: Vec<String> = strings(members.get("required")).map(str::to_owned).collect();
        let Some(Value::Object(properties)) = members.get_mut("properties") else { return };
        for (_, property) in properties.iter_mut().filter(|(name, _)| !required.contains(name)) {
            if let Value::Object(property) = property {
                drop_null(property);
            }
        }
    }
}

fn drop_null(property: &mut Map<String, Value>) {
    // What a type makes of an argument that is left out, and no value of the type advertised.
    if property.get("default").is_some_and(Value::is_null) {
        property.remove("default");
    }
    if let Some(Value::Array(kinds)) = property.get("type") {
        let kinds: Vec<Value> = kinds.iter().filter(|kind| *kind != "null").cloned().collect();
        if let [kind] = kinds.as_slice() {
            property.insert("type".to_owned(), kind.clone());
        }
    }
    if let Some(Value::Array(choices)) = property.get("anyOf") {
        let mut choices =
            choices.iter().filter(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
        if let (Some(Value::Object(only)), None) = (choices.next().cloned(), choices.next()) {
            property.remove("anyOf");
            for (key, value) in only {
                property.entry(key).or_insert(value);
            }
        }
    }
}

pub(crate) fn strings(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Closes every object that lists its own properties. One put together from several subschemas cannot be closed this way:
/// `additionalProperties` sees only the properties beside it.
#[derive(Clone)]
struct CloseObjects;

impl Transform for CloseObjects {
    fn transform(&mut self, schema: &mut Schema) {
        let Some(members) = schema.as_object_mut() else { return };
        let composed = ["$ref", "allOf", "anyOf", "oneOf", "if"].iter().any(|key| members.contains_key(*key));
        if members.get("type").is_some_and(|kind| kind == "object")
            && !composed
            && !members.contains_key("patternProperties")
        {
            members.entry("additionalProperties").or_insert(Value::Bool(false));
        }
    }
}

pub(crate) fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

/// The parameters that clients mirror into headers, by their `x-mcp-header` annotations; or what is wrong with one
/// (2026-07-28 streamable-http, "Schema Extension").
pub(crate) fn mirrored_parameters(schema: &Value) -> Result<Vec<MirroredParameter>, String> {
    let mut found = Vec::new();
    collect_mirrored(schema, &mut Vec::new(), &mut found)?;
    let reachable = found.len();
    if count_annotations(schema) != reachable {
        return Err("x-mcp-header stands where it cannot be reached through properties alone".to_owned());
    }
    let follows = |(place, parameter): (usize, &MirroredParameter)| {
        found.iter().take(place).any(|earlier| earlier.header == parameter.header)
    };
    if found.iter().enumerate().any(follows) {
        return Err("two parameters have the same x-mcp-header".to_owned());
    }
    Ok(found)
}

fn collect_mirrored(
    schema: &Value,
    path: &mut Vec<String>,
    found: &mut Vec<MirroredParameter>,
) -> Result<(), String> {
    for (name, property) in properties(schema) {
        path.push(name.clone());
        if let Some(annotation) = property.get(ANNOTATION) {
            let header = annotation
                .as_str()
                .filter(|header| is_token(header))
                .ok_or_else(|| format!("the x-mcp-header of {name} is not the name of a header"))?;
            if !matches!(property.get("type").and_then(Value::as_str), Some("string" | "integer" | "boolean"))
            {
                return Err(format!(
                    "{name} has an x-mcp-header and is not a string, an integer or a boolean"
                ));
            }
            found.push(MirroredParameter {
                header: format!("mcp-param-{}", header.to_ascii_lowercase()),
                path: path.clone(),
            });
        }
        collect_mirrored(property, path, found)?;
        path.pop();
    }
    Ok(())
}

const ANNOTATION: &str = "x-mcp-header";

fn count_annotations(schema: &Value) -> usize {
    match schema {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| {
                usize::from(key == ANNOTATION && value.is_string()) + count_annotations(value)
            })
            .sum(),
        Value::Array(items) => items.iter().map(count_annotations).sum(),
        _ => 0,
    }
}

/// `1*tchar` (RFC 9110 5.6.2).
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// A property of a tool's arguments that clients repeat in a header (`x-mcp-header` in its schema).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MirroredParameter {
    /// The header's full name, in lower case.
    pub(crate) header: String,
    /// The chain of property names that leads to the value.
    pub(crate) path: Vec<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_annotation_names_a_header_or_is_a_defect() {
        let property = |annotation: &str, kind: &str| json!({"properties": {"a": {"type": kind, "x-mcp-header": annotation}}});
        assert_eq!(
            mirrored_parameters(&property("Region", "string")),
            Ok(vec![MirroredParameter { header: "mcp-param-region".to_owned(), path: vec!["a".to_owned()] }])
        );
        for (schema, defect) in [
            (property("", "string"), "not the name of a header"),
            (property("a b", "string"), "not the name of a header"),
            (property("Region", "number"), "not a string, an integer or a boolean"),
            (
                json!({"properties": {"a": {"items": {"type": "string", "x-mcp-header": "A"}}}}),
                "cannot be reached",
            ),
            (
                json!({"properties": {
                    "a": {"type": "string", "x-mcp-header": "Same"},
                    "b": {"properties": {"c": {"type": "string", "x-mcp-header": "same"}}},
                }}),
                "the same x-mcp-header",
            ),
        ] {
            assert!(mirrored_parameters(&schema).unwrap_err().contains(defect), "{schema}");
        }
    }
}
