//! The text of a todo: one line that can be seen, bounded.

use std::{borrow::Cow, fmt::Write};

use schemars::{JsonSchema, Schema};
use serde::Serialize;
use text::{Flaw, Limits};

use crate::{MAX_TEXT_BYTES, MAX_TEXT_CHARS, Refusal, Value};

const LIMITS: Limits = Limits { characters: MAX_TEXT_CHARS, bytes: MAX_TEXT_BYTES };

/// A todo's text: as it comes in, no white space at either end, and what the rule for text that others read lets pass
/// ([`text`]). One that is stored may have been taken under other rules ([`Value`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, description = "One line of plain text.")]
pub struct TodoText(String);

impl TodoText {
    /// Trims and checks a text as someone typed it.
    ///
    /// # Errors
    /// The [`Refusal`] whose name begins with `Text` that says what is wrong.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let text = typed.trim();
        text::check(text, LIMITS).map_err(|flaw| match flaw {
            Flaw::Blank => Refusal::TextEmpty,
            Flaw::Control => Refusal::TextHasControlCharacter,
            Flaw::Hidden(character) => Refusal::TextHasHiddenCharacter { character },
            Flaw::PiledMarks => Refusal::TextHasPiledMarks,
            Flaw::TooLong { characters } => Refusal::TextTooLong { length: characters },
            Flaw::TooLarge { bytes } => Refusal::TextTooLarge { bytes },
        })?;
        Ok(Self(text.to_owned()))
    }

    /// What [`TodoText::parse`] takes, as a regular expression that ECMA-262 and JSON Schema read: something that can be seen,
    /// nothing hidden, and control characters only where they are white space at either end. Length and piles of marks apart, and
    /// without what spelling and emoji need of hidden characters: whatever keeps to it is taken.
    pub fn typed_pattern() -> String {
        const WHITE: &str = r"\t-\r\x20\x85\xA0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000";
        let mut hidden = String::new();
        for (first, last) in text::HIDDEN {
            escape(&mut hidden, first);
            hidden.push('-');
            escape(&mut hidden, last);
        }
        let mut unseen = hidden.clone();
        for blank in text::BLANK {
            escape(&mut unseen, blank);
        }
        format!("^[{WHITE}]*[^{hidden}]*[^{unseen}{WHITE}][^{hidden}]*[{WHITE}]*$")
    }

    /// The text as it is kept. Of one that was stored under other rules, [`Self::shown`] is what to show.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as a model may be given it: without what the rule would not take today.
    #[must_use]
    pub fn shown(self) -> Self {
        match text::visible(&self.0) {
            Cow::Borrowed(_) => self,
            Cow::Owned(shown) => Self(shown),
        }
    }
}

/// Writes a character into a class of a regular expression. Beyond U+FFFF there is no escape that every dialect knows.
fn escape(class: &mut String, character: char) {
    let code = u32::from(character);
    // A string takes whatever is written to it.
    let _written = if code > 0xFFFF { class.write_char(character) } else { write!(class, "\\u{code:04X}") };
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

    /// Of code points, which is what JSON Schema counts, as many are always taken.
    fn describe_sent(schema: &mut Schema) {
        schema.insert("minLength".to_owned(), 1.into());
        schema.insert("maxLength".to_owned(), MAX_TEXT_CHARS.into());
    }
}
