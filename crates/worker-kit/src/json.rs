//! Parsing JSON.

use serde::de::{DeserializeOwned, Error};

/// Parses JSON from bytes, as a `str`: stored JSON is text, and parsing a type from both would compile it twice.
///
/// # Errors
/// The bytes are not UTF-8, not JSON, or not a `T`.
pub fn from_bytes<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    serde_json::from_str(std::str::from_utf8(json).map_err(Error::custom)?)
}
