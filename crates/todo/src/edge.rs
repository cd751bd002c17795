//! The two ways in for a value that has rules: as somebody sends it, and as it was stored.
//!
//! Rules bind what comes in, and never what is stored: they may become stricter, and what an earlier version took must still be
//! shown, edited, completed, deleted and restored. So these values have no [`Deserialize`] of their own. A struct that is read
//! from outside holds them as [`Sent`], which checks; one that is read from storage, or from this code's own messages, says
//! `#[serde(deserialize_with = "stored::value")]`. A field with neither does not compile.

use std::{borrow::Cow, fmt::Display};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, de};

/// A value with rules. In JSON it is a string.
pub trait Value: Sized {
    /// Why a text is refused, in words for its sender.
    type Refusal: Display;

    /// Parses an incoming text, by the current rules.
    ///
    /// # Errors
    /// The rule that it breaks.
    fn sent(text: &str) -> Result<Self, Self::Refusal>;

    /// Reads it as this version or any earlier one has written it.
    ///
    /// # Errors
    /// For what none can have written.
    fn stored(text: String) -> Result<Self, Self::Refusal>;

    /// Adds to the value's schema what holds only of one that is sent.
    fn describe_sent(_schema: &mut Schema) {}
}

/// A value that comes in, checked. Its schema is the value's own, and what holds of one that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent<T>(T);

impl<T> Sent<T> {
    /// The value, which keeps to the rules.
    pub fn checked(self) -> T {
        self.0
    }
}

impl<'de, T: Value> Deserialize<'de> for Sent<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::sent(&String::deserialize(deserializer)?).map(Self).map_err(de::Error::custom)
    }
}

impl<T: Value + JsonSchema> JsonSchema for Sent<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("Sent<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        T::describe_sent(&mut schema);
        schema
    }
}

/// For `#[serde(deserialize_with = "…")]`: members of what this code has written, now or in an earlier version.
pub mod stored {
    use serde::{Deserialize, Deserializer, de};

    use super::Value;

    /// A value.
    ///
    /// # Errors
    /// For what no version can have written.
    pub fn value<'de, T: Value, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::stored(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }

    /// A value, or `null`. Goes with `default` where the member may be left out.
    ///
    /// # Errors
    /// For what no version can have written.
    pub fn option<'de, T: Value, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        Option::<String>::deserialize(deserializer)?.map(T::stored).transpose().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;
    use crate::{Command, DueDate, IdempotencyKey, Todo, TodoText};

    /// Texts that no version may ever have taken, so that the rules can become as strict as they like.
    const TEXTS: [&str; 6] = ["", " \t", "two\nlines", "\u{200b}", "a\u{202e}b", "\u{2028}"];

    fn read<T: DeserializeOwned>(json: &serde_json::Value) -> serde_json::Result<T> {
        serde_json::from_value(json.clone())
    }

    fn todo(text: &str, due_on: &str) -> serde_json::Value {
        serde_json::json!({
            "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "text": text, "completed": false,
            "createdAt": "2026-11-22T09:30:00.000Z", "dueOn": due_on, "version": 7,
        })
    }

    #[test]
    fn what_is_stored_is_read_and_written_again_as_it_is() {
        for text in TEXTS.into_iter().chain(["x".repeat(100_000).as_str()]) {
            for due_on in ["2026-11-30", "0000-01-01", "-0001-12-31", "+10000-01-01"] {
                let stored = todo(text, due_on);
                let read: Todo = read(&stored).unwrap();
                assert_eq!(read.text.as_str(), text);
                assert_eq!(serde_json::to_value(&read).unwrap(), stored);
            }
        }
    }

    #[test]
    fn a_command_on_its_way_is_not_judged_again() {
        let command = Command::Create { text: TodoText::stored(String::new()).unwrap(), due_on: None };
        let written = serde_json::to_value(&command).unwrap();
        assert_eq!(read::<Command>(&written).unwrap(), command);
    }

    #[test]
    fn what_comes_in_is_checked() {
        let sent = |text: &str| serde_json::Value::from(text);
        assert_eq!(read::<Sent<TodoText>>(&sent(" a ")).unwrap().checked().as_str(), "a");
        assert!(read::<Sent<TodoText>>(&sent("two\nlines")).is_err());
        assert!(read::<Sent<DueDate>>(&sent("2026-1-1")).is_err());
        assert!(read::<Sent<IdempotencyKey>>(&sent("")).is_err());
    }
}
