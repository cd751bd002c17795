//! JSON objects without duplicate members, at any depth.
//!
//! RFC 8259 section 4 leaves open what a name that is given twice means, and readers differ: some take the first, some the
//! last. So JSON with duplicates is refused, and no other reader of it can have read something else than this
//! server did.

use serde::de::Error as _;
use serde_json::{Map, Value};

/// The members of the one object that the JSON is.
pub(crate) fn object(json: &[u8]) -> json::Result<Map<String, Value>> {
    are_distinct(json)?;
    json::from_slice(json)
}

/// That readers of this JSON cannot disagree on a member of an object in it. Whether it is JSON is left to them.
pub(crate) fn are_distinct(json: &[u8]) -> json::Result<()> {
    let text = str::from_utf8(json).map_err(json::Error::custom)?;
    if json::disputed_member(text).is_some() {
        Err(json::Error::custom("a member is given twice, or has a name that is not taken"))
    } else {
        Ok(())
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
            // What serde_json would read as the JSON in the string.
            r#"{"a":{"$serde_json::private::RawValue":"{\"b\":1,\"b\":2}"}}"#,
            r#"{"a":{"\u0024serde_json::private::RawValue":"\"c\""}}"#,
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
