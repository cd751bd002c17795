//! JSON, read in one way.

use serde::de::{DeserializeOwned, Error};

/// Reads JSON from bytes, by way of text: what is stored is text, and a type that is read from both is compiled for each of them.
///
/// # Errors
/// What is not UTF-8, not JSON, or not a `T`.
pub fn from_bytes<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    serde_json::from_str(std::str::from_utf8(json).map_err(Error::custom)?)
}
