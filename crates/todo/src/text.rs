//! The text of a todo: trimmed, bounded, printable.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{Refusal, Value};

/// The longest text a todo may have, in Unicode scalar values, after trimming.
pub const MAX_TEXT_CHARS: usize = 1_000;

/// A todo's text: as it comes in, no white space at either end, 1 to [`MAX_TEXT_CHARS`] characters, no control characters. One
/// that is stored may have been taken under other rules ([`Value`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, description = "One line of plain text.")]
pub struct TodoText(#[schemars(length(min = 1, max = 1000))] String);

impl TodoText {
    /// What [`TodoText::parse`] takes, but for the length, as a regular expression that ECMA-262 and JSON Schema read:
    /// something printable, and control characters only where they are white space at either end.
    pub const TYPED_PATTERN: &str = concat!(
        r"^[\t-\r\x20\x85\xA0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]*",
        r"[^\x00-\x20\x7F-\xA0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]",
        r"[^\x00-\x1F\x7F-\x9F]*",
        r"[\t-\r\x20\x85\xA0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]*$",
    );

    /// Trims and checks a text as someone typed it.
    ///
    /// # Errors
    /// [`Refusal::TextEmpty`], [`Refusal::TextTooLong`] or [`Refusal::TextHasControlCharacter`].
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let text = typed.trim();
        if text.is_empty() {
            return Err(Refusal::TextEmpty);
        }
        // A line break would be one too: a todo is a line, and what an agent writes is shown to a person.
        if text.chars().any(char::is_control) {
            return Err(Refusal::TextHasControlCharacter);
        }
        let length = text.chars().count();
        if length > MAX_TEXT_CHARS {
            return Err(Refusal::TextTooLong { length });
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for TodoText {
    type Refusal = Refusal;

    fn sent(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }

    /// Any text is one.
    fn stored(text: String) -> Result<Self, Refusal> {
        Ok(Self(text))
    }
}
