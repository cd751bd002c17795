//! What is looked for in the texts of todos.

use schemars::{JsonSchema, Schema};
use serde::Serialize;
use text::search::Query;

use crate::{MAX_SEARCH_CHARS, Refusal, Value};

/// Words that are looked for: each of them, in any order ([`text::search`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(
    inline,
    description = "Only todos with every one of these words in their text, in any order, each perhaps as a part of a longer word. Capital \
                   and small letters are the same (STRASSE finds Straße), and so are composed and decomposed ones; accents count."
)]
pub struct SearchWords(String);

impl SearchWords {
    /// Reads what a client looks for. No words at all are in every text.
    ///
    /// # Errors
    /// [`Refusal::SearchTooLong`] beyond [`MAX_SEARCH_CHARS`].
    pub fn parse(sent: &str) -> Result<Self, Refusal> {
        let is_short = sent.chars().nth(MAX_SEARCH_CHARS).is_none();
        if is_short { Ok(Self(sent.to_owned())) } else { Err(Refusal::SearchTooLong) }
    }

    pub(crate) fn query(&self) -> Query {
        Query::parse(&self.0)
    }

    /// The words as they were sent, neither trimmed nor folded.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for SearchWords {
    type Refusal = Refusal;

    fn sent(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }

    /// Never stored; what was checked passes from the Worker to the object.
    fn stored(text: String) -> Result<Self, Refusal> {
        Ok(Self(text))
    }

    fn describe_sent(schema: &mut Schema) {
        schema.insert("maxLength".to_owned(), MAX_SEARCH_CHARS.into());
    }
}
