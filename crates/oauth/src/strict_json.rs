//! JSON objects without duplicate members, at any depth.
//!
//! RFC 8259 section 4 leaves open what a name that is given twice means, and readers differ: some take the first, some the
//! last. So JSON with duplicates is refused, and no other reader of it can have read something else than this
//! server did.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Reads an object.
///
/// # Errors
/// For anything that is not one JSON object, nests deeper than `serde_json` reads (128), or has a member twice.
pub(crate) fn object(json: &[u8]) -> json::Result<Map<String, Value>> {
    let Strict(value) = json::from_slice(json)?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(json::Error::custom("expected an object")),
    }
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue).map(Self)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON in which no object has a member twice")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some((name, Strict(value))) = members.next_entry::<String, _>()? {
            if all.insert(name, value).is_some() {
                return Err(A::Error::custom("a member is given twice"));
            }
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_member_twice_is_refused_at_any_depth_and_in_any_spelling() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[{"b":1},{"b":1,"b":null}]}"#,
        ] {
            assert!(object(text.as_bytes()).is_err(), "{text}");
        }
        assert!(object(br#"{"a":{"a":1},"b":[{"a":1},{"a":1}]}"#).is_ok());
    }

    #[test]
    fn nothing_but_one_object_is_one() {
        for text in ["", "null", "[]", "7", "\"x\"", "{", "{} {}", "{}x"] {
            assert!(object(text.as_bytes()).is_err(), "{text}");
        }
        assert!(object(format!("{}{}", "{\"a\":".repeat(200), "}".repeat(200)).as_bytes()).is_err());
    }

    proptest! {
        /// What it reads is what the plain reader reads.
        #[test]
        fn values_are_read_as_they_are(text in ".{0,10}", integer: i64, large: u64, number in -1e9_f64..1e9) {
            let value = json!({
                "text": text, "integer": integer, "large": large, "number": number, "null": null, "list": [true, {"a": []}],
            });
            let text = value.to_string();
            prop_assert_eq!(Value::Object(object(text.as_bytes()).unwrap()), serde_json::from_str::<Value>(&text).unwrap());
        }
    }
}
