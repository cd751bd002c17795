//! Arguments as a model or a person writes them, made into the type that a handler takes; or words about what is wrong.
//!
//! A type is its own validator: what its `Deserialize` accepts is what its schema describes, and members that the schema does
//! not know are refused by name. `null` for an argument that may be left out is the same as leaving it out, and a whole number
//! is one however it is written. Constraints that a schema can only declare (lengths, patterns) are the handler's to keep.
//!
//! What is said of a wrong argument is made from the schema: a Rust type's name means nothing to whoever reads it.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter, Write};

use json::{Step, has_half_of_a_pair, whole_numbers};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::error::excerpt;
use crate::model::schema::{format_in_words, properties, strings};
use crate::model::sorted;

/// Decodes arguments. The error is for a model: which argument, what is wrong with it, and what there is to choose from.
/// Integers have 64 bits at most. What does not depend on the type is done around it, and compiled once.
pub(crate) fn decode<T: DeserializeOwned>(arguments: &str, schema: &Value) -> Result<T, String> {
    let (text, arguments) = read(arguments, schema)?;
    let mut unknown = Vec::new();
    note_unknown(&arguments, schema, schema, None, &mut unknown);
    let decoded = json::from_untrusted_str(&text);
    let decoded = decoded.map_err(|error| misfit(&error, schema))?;
    all_known(&unknown, schema)?;
    Ok(decoded)
}

/// The arguments as the type is given them, as text and as a value. The text is that which was sent, if it can be: written again, a number
/// with a fraction may be another in its last place.
fn read<'a>(arguments: &'a str, schema: &Value) -> Result<(Cow<'a, str>, Value), String> {
    let text = whole_numbers(arguments);
    match json::from_str::<Value>(&text) {
        Ok(mut value) => {
            let is_as_sent = !leave_out_nulls(&mut value, schema);
            let text = if is_as_sent { text } else { json::value_to_string(&value).into() };
            Ok((text, value))
        }
        Err(_) if has_half_of_a_pair(arguments) => {
            Err(invalid("text in them has one half of a surrogate pair.", schema))
        }
        Err(_) => Err(invalid("they are nested too deeply, or have a number that is too large.", schema)),
    }
}

/// Arguments that the type does not take.
fn misfit(error: &json::Error, schema: &Value) -> String {
    invalid(&complaint(error, schema), schema)
}

/// The error that there are arguments whose names the schema does not have, if there are.
fn all_known(unknown: &[String], schema: &Value) -> Result<(), String> {
    if unknown.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = unknown.iter().take(MOST_TOLD).map(|name| format!("`{name}`")).collect();
    let more = if unknown.len() > MOST_TOLD { ", and there are more" } else { "" };
    Err(invalid(&format!("there is no argument {}{more}.", names.join(", ")), schema))
}

fn invalid(complaint: &str, schema: &Value) -> String {
    format!("Invalid arguments: {complaint} {}", takes(schema))
}

/// The most names that are told of those that a schema does not know.
const MOST_TOLD: usize = 20;

/// Where a value stands in the arguments: `items.0`.
struct Place<'a> {
    within: Option<&'a Place<'a>>,
    step: &'a dyn Display,
}

impl Display for Place<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if let Some(within) = self.within {
            write!(formatter, "{within}.")?;
        }
        write!(formatter, "{}", self.step)
    }
}

/// Notes the members that a schema does not know, each by its place, such as `filter.color` or `items.0.color`: one more than are told at
/// most. `root` is what a `$ref` is looked up in. They are told only of a value that can be decoded, which fits one of the schema's choices.
fn note_unknown(
    value: &Value,
    schema: &Value,
    root: &Value,
    within: Option<&Place<'_>>,
    unknown: &mut Vec<String>,
) {
    let parts = parts(value, schema, root, MAX_REFERENCES);
    match value {
        Value::Object(members) => {
            let mut others = parts.iter().filter_map(|part| part.get("additionalProperties"));
            let others = others.find(|others| **others != Value::Bool(false));
            for (name, value) in members {
                let own = parts.iter().find_map(|part| part.get("properties")?.get(name));
                let place = Place { within, step: name };
                match own.or(others) {
                    Some(described) => note_unknown(value, described, root, Some(&place), unknown),
                    None if unknown.len() > MOST_TOLD => return,
                    None if parts.iter().any(|part| names_members(part)) => {
                        unknown.push(excerpt(&place.to_string()).to_owned());
                    }
                    None => {}
                }
            }
        }
        Value::Array(items) => {
            let described = parts.iter().find_map(|part| part.get("items")).unwrap_or(&ANYTHING);
            for (index, item) in items.iter().enumerate() {
                note_unknown(item, described, root, Some(&Place { within, step: &index }), unknown);
            }
        }
        _ => {}
    }
}

/// The most references and choices that are followed into one another for one value.
const MAX_REFERENCES: usize = 8;

/// What describes a value: the schema, what it refers to, and those of its choices that have what the value has.
fn parts<'a>(value: &Value, schema: &'a Value, root: &'a Value, depth: usize) -> Vec<&'a Value> {
    let reference = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'));
    let referred = reference.and_then(|place| root.pointer(place)).into_iter();
    let choices =
        ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
    let mut all = vec![schema];
    if depth > 0 {
        for further in referred.chain(choices.filter(|choice| has_what(choice, value))) {
            all.extend(parts(value, further, root, depth - 1));
        }
    }
    all
}

/// Whether a value has the members that a choice requires, and says in them what the choice says.
fn has_what(choice: &Value, value: &Value) -> bool {
    let says = |(name, property): (&String, &Value)| {
        property.get("const").is_none_or(|constant| value.get(name).is_none_or(|said| said == constant))
    };
    strings(choice.get("required")).all(|name| value.get(name).is_some()) && properties(choice).all(says)
}

/// Whether a schema says which members an object has.
fn names_members(schema: &Value) -> bool {
    schema.get("additionalProperties") == Some(&Value::Bool(false)) || properties(schema).next().is_some()
}

/// Takes out every member that may be left out and is `null`, unless the schema has a use for it. Says whether there was any.
fn leave_out_nulls(value: &mut Value, schema: &Value) -> bool {
    let mut is_any = false;
    match value {
        Value::Object(members) => {
            let required: Vec<&str> = strings(schema.get("required")).collect();
            let says_nothing = |name: &str, value: &Value| {
                let property = schema.get("properties").and_then(|properties| properties.get(name));
                value.is_null() && !required.contains(&name) && property.is_some_and(|it| !takes_null(it))
            };
            let all = members.len();
            members.retain(|name, value| !says_nothing(name, value));
            is_any |= members.len() < all;
            for (name, value) in members {
                is_any |= leave_out_nulls(value, member(schema, name));
            }
        }
        Value::Array(items) => {
            let described = schema.get("items").unwrap_or(&ANYTHING);
            for item in items {
                is_any |= leave_out_nulls(item, described);
            }
        }
        _ => {}
    }
    is_any
}

/// The schema that describes nothing.
const ANYTHING: Value = Value::Null;

/// Whether `null` is a value that a schema names.
fn takes_null(schema: &Value) -> bool {
    let names_null =
        |kind: &Value| kind == "null" || kind.as_array().is_some_and(|kinds| kinds.contains(&"null".into()));
    let choices = |key: &str| schema.get(key).and_then(Value::as_array).into_iter().flatten();
    match schema.get("type") {
        Some(kind) => names_null(kind),
        None => {
            let mut composed = choices("anyOf").chain(choices("oneOf")).peekable();
            let listed = schema.get("enum").is_some() || schema.get("const").is_some();
            let says_nothing = composed.peek().is_none() && !listed;
            says_nothing || composed.any(takes_null) || choices("enum").any(Value::is_null)
        }
    }
}

/// The schema of a member of what a schema describes.
fn member<'a>(schema: &'a Value, name: &str) -> &'a Value {
    let own = schema.get("properties").and_then(|properties| properties.get(name));
    let any = || schema.get("additionalProperties").filter(|schema| schema.is_object());
    let of_a_choice = || {
        let choices = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| schema.get(key)?.as_array());
        choices.flatten().map(|choice| member(choice, name)).find(|found| !found.is_null())
    };
    own.or_else(of_a_choice).or_else(any).unwrap_or(&ANYTHING)
}

/// What is wrong, in words: those of serde, unless the type that refused has better ones.
fn complaint(error: &json::Error, schema: &Value) -> String {
    let reason = error.reason();
    let place = error.place();
    if let Some(name) = reason.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        let dot = if place.is_empty() { "" } else { "." };
        return format!("`{place}{dot}{name}` is missing.");
    }
    let place = if place.is_empty() { place } else { format!("`{place}`") };
    // As serde's own constructors of errors begin (`serde::de::Error`, and the derived code for enums).
    let own_words =
        ["invalid type: ", "invalid value: ", "invalid length", "unknown variant ", "data did not match "];
    if !own_words.iter().any(|words| reason.starts_with(words)) {
        let colon = if place.is_empty() { "" } else { ": " };
        return format!("{place}{colon}{}.", reason.trim_end_matches('.'));
    }
    let described = error.steps().fold(schema, |schema, step| match step {
        Step::Member(name) => member(schema, name),
        Step::Item(_) => schema.get("items").unwrap_or(&ANYTHING),
        Step::Choice(_) => schema,
    });
    let place = if place.is_empty() { "the whole" } else { &place };
    format!("{place} must be {}.", in_words(described))
}

/// What a schema takes, in a few words.
fn in_words(schema: &Value) -> String {
    let choices = ["anyOf", "oneOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
    let constants: Vec<&Value> = schema.get("enum").and_then(Value::as_array).map_or_else(
        || choices.clone().chain([schema]).filter_map(|choice| choice.get("const")).collect(),
        |listed| listed.iter().collect(),
    );
    if !constants.is_empty() {
        let names: Vec<_> = constants.iter().map(|value| format!("`{}`", plain(value))).collect();
        return if names.len() == 1 { names.concat() } else { format!("one of {}", names.join(", ")) };
    }
    let kind = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().find(|kind| *kind != "null"),
        kind => kind,
    };
    match kind.and_then(Value::as_str) {
        Some("integer") => format!("a whole number{}", range(schema, "minimum", "maximum", "from")),
        Some("number") => format!("a number{}", range(schema, "minimum", "maximum", "from")),
        Some("boolean") => "true or false".to_owned(),
        Some("array") => "a list".to_owned(),
        Some("object") => "an object".to_owned(),
        Some("string") => match format_in_words(schema) {
            Some(format) => format!("text of the form {format}"),
            None => match range(schema, "minLength", "maxLength", "of") {
                length if length.is_empty() => "text".to_owned(),
                length => format!("text{length} characters"),
            },
        },
        _ => {
            let mut all = Vec::new();
            for choice in choices {
                sorted::insert(&mut all, in_words(choice));
            }
            let all = all.join(", or ");
            if all.is_empty() { "as its schema says".to_owned() } else { all }
        }
    }
}

/// ` from 1 to 200`, or what there is of it.
fn range(schema: &Value, least: &str, most: &str, between: &str) -> String {
    match (schema.get(least).map(plain), schema.get(most).map(plain)) {
        (Some(least), Some(most)) => format!(" {between} {least} to {most}"),
        (Some(least), None) => format!(" of at least {least}"),
        (None, Some(most)) => format!(" of at most {most}"),
        (None, None) => String::new(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| json::value_to_string(value), str::to_owned)
}

/// The arguments of a tool in a sentence.
fn takes(schema: &Value) -> String {
    let required: Vec<&str> = strings(schema.get("required")).collect();
    let mut sentence = String::new();
    for (name, property) in properties(schema) {
        let need = if required.contains(&name.as_str()) { "required" } else { "optional" };
        let before = if sentence.is_empty() { "It takes" } else { "," };
        // Writing to a string cannot fail.
        let _written = write!(sentence, "{before} `{name}` ({}, {need})", in_words(property));
    }
    if sentence.is_empty() { "It takes no arguments.".to_owned() } else { sentence + "." }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schemars::JsonSchema;
    use serde::Deserialize;

    use super::*;
    use crate::model::schema::of_arguments;

    #[derive(Deserialize, JsonSchema)]
    struct Tree {
        #[serde(rename = "name")]
        _name: String,
        #[serde(rename = "branches", default)]
        _branches: Vec<Tree>,
        #[serde(rename = "shape", default)]
        _shape: Option<Shape>,
        #[serde(rename = "sizes", default)]
        _sizes: BTreeMap<String, Size>,
        #[serde(rename = "anything", default)]
        _anything: Value,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    enum Shape {
        Round {
            #[serde(rename = "radius")]
            _radius: u32,
        },
        Square {
            #[serde(rename = "side")]
            _side: u32,
        },
    }

    #[derive(Deserialize, JsonSchema)]
    struct Size {
        #[serde(rename = "width")]
        _width: u32,
    }

    /// What is said of these arguments to be unknown.
    fn said(arguments: &str) -> String {
        let refused = decode::<Tree>(arguments, &of_arguments::<Tree>()).err();
        let said =
            refused.as_deref().and_then(|why| why.strip_prefix("Invalid arguments: there is no argument "));
        said.and_then(|said| said.split_once(". "))
            .map_or_else(|| format!("{refused:?}"), |(names, _)| names.to_owned())
    }

    #[test]
    fn what_is_unknown_is_told_wherever_it_stands() {
        assert_eq!(said(r#"{"name":"a","colour":1}"#), "`colour`");
        assert_eq!(
            said(r#"{"name":"a","branches":[{"name":"b"},{"name":"c","colour":1}]}"#),
            "`branches.1.colour`"
        );
        let deep = r#"{"name":"a","branches":[{"name":"b","branches":[{"name":"c","colour":1}]}]}"#;
        assert_eq!(said(deep), "`branches.0.branches.0.colour`");
        assert_eq!(said(r#"{"name":"a","sizes":{"x":{"width":1,"colour":1}}}"#), "`sizes.x.colour`");
        assert_eq!(said(r#"{"name":"a","shape":{"kind":"round","radius":1,"side":2}}"#), "`shape.side`");
    }

    #[test]
    fn arguments_are_read_from_the_text_that_was_sent() {
        let schema = of_arguments::<Tree>();
        let text = |arguments: &str| super::read(arguments, &schema).map(|(text, _)| text.into_owned());
        // Written again, its last place would be another: `serde_json` reads numbers with a fraction to the last but one.
        let sent = r#"{"name":"a", "anything": 6.934698245112694e276}"#;
        assert_eq!(text(sent), Ok(sent.to_owned()));
        assert_eq!(text(r#"{"name":"a", "shape":null}"#), Ok(r#"{"name":"a"}"#.to_owned()));
    }

    #[test]
    fn of_many_that_are_unknown_some_are_told() {
        let many = |count: usize| {
            let unknown: Vec<_> = (0..count).map(|number| format!(r#","n{number}":1"#)).collect();
            said(&format!(r#"{{"name":"a"{}}}"#, unknown.concat()))
        };
        let told: Vec<_> = (0..MOST_TOLD).map(|number| format!("`n{number}`")).collect();
        assert_eq!(many(MOST_TOLD), told.join(", "));
        assert_eq!(many(10_000), format!("{}, and there are more", told.join(", ")));
    }

    #[test]
    fn what_a_type_takes_is_known() {
        let all = r#"{"name":"a","branches":[{"name":"b"}],"shape":{"kind":"square","side":2},
                      "sizes":{"x":{"width":1}},"anything":{"colour":[{"b":1}]}}"#;
        assert_eq!(said(all), "None");
    }
}
