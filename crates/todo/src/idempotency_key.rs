//! The name of one attempt to create a todo, so that a retry after a lost answer does not create another.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{MAX_KEY_CHARS, Refusal, Value};

/// A key that the client chose for one creation: 1 to 255 visible ASCII characters, a UUID as a rule.
///
/// The HTTP header `Idempotency-Key` carries one (draft-ietf-httpapi-idempotency-key-header), with or without the
/// quotation marks of a structured field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, description = "A key of your choice, such as a UUID.")]
pub struct IdempotencyKey(#[schemars(length(min = 1, max = 255))] String);

impl IdempotencyKey {
    /// What [`IdempotencyKey::parse`] takes, as a regular expression that ECMA-262 and JSON Schema read.
    pub const SENT_PATTERN: &str = r#"^(?:"[!-~]{1,255}"|[!#-~][!-~]{0,254})$"#;

    /// How long a creation is remembered by its key, in milliseconds: a day.
    pub const REMEMBERED_MS: u64 = 24 * 60 * 60 * 1_000;

    /// Reads a key as a client sends it.
    ///
    /// # Errors
    /// [`Refusal::BadIdempotencyKey`].
    pub fn parse(sent: &str) -> Result<Self, Refusal> {
        let key = match sent.strip_prefix('"') {
            Some(rest) => rest.strip_suffix('"').ok_or(Refusal::BadIdempotencyKey)?,
            None => sent,
        };
        let good =
            (1..=MAX_KEY_CHARS).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        if good { Ok(Self(key.to_owned())) } else { Err(Refusal::BadIdempotencyKey) }
    }

    /// The key without quotation marks.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Value for IdempotencyKey {
    type Refusal = Refusal;

    fn sent(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }

    /// Any text is one.
    fn stored(text: String) -> Result<Self, Refusal> {
        Ok(Self(text))
    }
}
