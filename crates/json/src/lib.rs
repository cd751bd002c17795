#![doc = include_str!("../README.md")]

mod find;
mod key;
mod objects;
mod raw;
mod text;
mod write;
mod written;

use serde::{
    Serialize,
    de::{Deserialize, DeserializeOwned, Error},
};
use serde_json::{Result, Value};

pub use objects::Objects;
pub use written::Written;

/// Reads JSON text as a `T`.
///
/// # Errors
/// The text is not JSON, or not a `T`, or a list where `T` has a struct.
pub fn from_str<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T> {
    T::deserialize(text::Text::of(json)?)
}

/// As [`from_str`], from bytes.
///
/// # Errors
/// Those of [`from_str`]; the bytes are not UTF-8.
pub fn from_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T> {
    T::deserialize(text::Text::of_slice(json)?)
}

/// As [`from_str`], from a value.
///
/// # Errors
/// Those of [`from_str`].
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T> {
    from_str(&to_string(value)?)
}

/// A value as JSON text. `Value`'s own way has writers of `serde_json` with it, one of them for text that is laid out.
pub fn value_to_string(value: &Value) -> String {
    // There is none that cannot be written: a `Number` is never infinite or NaN.
    to_string(value).unwrap_or_default()
}

/// A value as JSON has it. By way of its text, so that a type is not serialized by two writers.
///
/// # Errors
/// Those of [`to_string`].
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value> {
    from_str(&to_string(value)?)
}

/// An object of these members. `serde_json::json!` is another serialization of each value, and panics where one fails.
pub fn object(members: Vec<(&str, Value)>) -> Value {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// As [`from_slice`], for what somebody sent who wants to hear what is wrong with it: by line and column, and also that a member is
/// unknown where `T` denies those.
///
/// # Errors
/// Those of [`from_slice`]; a member is unknown to a type with `#[serde(deny_unknown_fields)]`.
pub fn from_untrusted_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_str(find::utf8(json)?);
    let read = T::deserialize(Objects::of(&mut reader))?;
    reader.end()?;
    Ok(read)
}

/// Writes a value as JSON text.
///
/// # Errors
/// The value cannot be written: a number in it is infinite or NaN, the keys of a map are no strings, numbers or booleans, or its own
/// `Serialize` says so.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    text(write::written(&mut |writer| value.serialize(writer))?)
}

fn text(json: Vec<u8>) -> Result<String> {
    String::from_utf8(json).map_err(Error::custom)
}

/// As [`to_string`], as bytes.
///
/// # Errors
/// Those of [`to_string`].
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>> {
    write::written(&mut |writer| value.serialize(writer))
}

/// As [`to_vec`], to the end of what is there, which is where a value can stand.
///
/// # Errors
/// Those of [`to_string`]; a part of the value may be there then.
pub fn append<T: Serialize + ?Sized>(json: &mut Vec<u8>, value: &T) -> Result<()> {
    value.serialize(&mut write::Writer::at_end_of(json))
}
