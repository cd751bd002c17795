#![doc = include_str!("../README.md")]

mod objects;

use serde::de::{Deserialize, Error};
use serde_json::{Result, Value};

pub use objects::Objects;

/// Reads JSON text as a `T`.
///
/// # Errors
/// The text is not JSON, or not a `T`, or a list where `T` has a struct.
pub fn from_str<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let read = T::deserialize(Objects::of(&mut reader))?;
    reader.end()?;
    Ok(read)
}

/// As [`from_str`], from bytes. They are read as text: a type that is read from both is compiled for each of them.
///
/// # Errors
/// Those of [`from_str`]; the bytes are not UTF-8.
pub fn from_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T> {
    from_str(std::str::from_utf8(json).map_err(Error::custom)?)
}

/// As [`from_str`], from a value.
///
/// # Errors
/// Those of [`from_str`].
pub fn from_value<T: for<'de> Deserialize<'de>>(value: &Value) -> Result<T> {
    from_str(&value.to_string())
}
