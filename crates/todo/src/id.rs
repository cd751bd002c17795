//! The id of a todo: a ULID, so that ids sort by the time of creation.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use ulid::Ulid;

use crate::Refusal;

/// A todo's id, unique within one user's list.
///
/// A [ULID](https://github.com/ulid/spec): 26 characters of Crockford's base 32. Ids sort by creation, so a listing
/// of keys in Workers KV, which is ordered by name, comes oldest first at no cost. That form is the id, and no rule that could
/// become another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(inline, description = "The todo's id.")]
pub struct TodoId(#[schemars(with = "String")] Ulid);

impl TodoId {
    /// Makes an id that sorts after `last`, even within the same millisecond or when the clock went back.
    pub(crate) fn after(last: Option<TodoId>, now_ms: u64, entropy: u128) -> Self {
        let fresh = Ulid::from_parts(now_ms, entropy);
        match last {
            // `increment` fails only when all 80 random bits are ones; the next millisecond is then as good.
            Some(TodoId(last)) if fresh <= last => TodoId(
                last.increment()
                    .unwrap_or_else(|_| Ulid::from_parts(last.timestamp_ms().saturating_add(1), entropy)),
            ),
            _ => TodoId(fresh),
        }
    }

    /// Reads an id as a client sends it.
    ///
    /// # Errors
    /// [`Refusal::UnknownTodo`] for anything that is not the canonical form of an id: no todo has such an id.
    pub fn parse(sent: &str) -> Result<Self, Refusal> {
        let unknown = || Refusal::UnknownTodo { id: sent.chars().take(64).collect() };
        let ulid = Ulid::from_string(sent).map_err(|_| unknown())?;
        // Lower case and look-alike letters decode too; one todo has one spelling of its id.
        if ulid.to_string() == sent { Ok(Self(ulid)) } else { Err(unknown()) }
    }
}

impl fmt::Display for TodoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for TodoId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TodoId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sent = String::deserialize(deserializer)?;
        Self::parse(&sent).map_err(de::Error::custom)
    }
}
