//! The claims of a token but for those that `jwt-compact` reads and writes itself (the times).
//!
//! Every kind of token has the same type for it, which is then read as the claims of that kind: all that `jwt-compact` does to read and
//! write claims would otherwise be compiled anew for each.

use serde::de::{DeserializeOwned, Deserializer, Error};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::strict_json::Strict;

/// An object, none of whose members is there twice at any depth: readers of JSON differ in which of them counts (RFC 7519 section 4).
#[derive(Default, Serialize)]
#[serde(transparent)]
pub(super) struct Members(Map<String, Value>);

impl Members {
    /// Claims that are to be signed.
    pub(super) fn of(claims: &impl Serialize) -> json::Result<Self> {
        json::from_slice(&json::to_vec(claims)?).map(Self)
    }

    /// As the claims of a kind of token.
    pub(super) fn read<T: DeserializeOwned>(self) -> json::Result<T> {
        json::from_value(&Value::Object(self.0))
    }

    /// A claim that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Strict::deserialize(deserializer)? {
            Strict(Value::Object(members)) => Ok(Self(members)),
            Strict(_) => Err(D::Error::custom("expected an object")),
        }
    }
}
