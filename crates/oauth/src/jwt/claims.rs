//! What a token says, but for the times, which `jwt-compact` reads and writes itself.
//!
//! Read from the text beside it: all that `jwt-compact` does to read what a header and claims say besides would be compiled for each kind
//! of token, and an object is read there in which a member may stand twice.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::strict_json;

/// Claims that are to be signed. Of every kind of token they are this type, as what `jwt-compact` does to write it would otherwise be
/// compiled for each.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Members(Map<String, Value>);

impl Members {
    pub(super) fn of(claims: &impl Serialize) -> json::Result<Self> {
        json::from_slice(&json::to_vec(claims)?).map(Self)
    }
}

/// The header of a token, as far as `T` asks for it.
pub(super) fn header<T: DeserializeOwned>(text: &str) -> Option<T> {
    json::from_slice(&part(text, 0)?).ok()
}

/// The claims of a token, as those of a kind; `None` if they are none, or a member is there twice at any depth: readers of JSON differ in
/// which of them counts (RFC 7519 section 4).
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let json = part(text, 1)?;
    strict_json::are_distinct(&json).ok()?;
    json::from_slice(&json).ok()
}

/// One of the parts that the dots of a token set off (RFC 7515 section 3.1).
fn part(text: &str, place: usize) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text.split('.').nth(place)?).ok()
}
