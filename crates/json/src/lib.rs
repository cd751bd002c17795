#![doc = include_str!("../README.md")]

mod error;
mod find;
mod key;
mod raw;
mod sent;
mod text;
mod tokens;
mod write;
mod written;

use serde::{
    Serialize,
    de::{Deserialize, DeserializeOwned, Error as _},
};
use serde_json::Value;

pub use error::{Error, Result, Step};
pub use raw::raw;
pub use tokens::{disputed_member, has_half_of_a_pair, is_whole_number, whole_numbers};
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

/// As [`from_str`], for what somebody sent who wants to hear what is wrong with it. An error tells the place, and all holds that `T`
/// declares of the names of its fields.
///
/// # Errors
/// Those of [`from_str`]; values stand in one another more than 128 deep; a member is unknown to a type with
/// `#[serde(deny_unknown_fields)]`.
pub fn from_untrusted_str<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T> {
    T::deserialize(sent::Sent::of(text::Text::of(json)?))
}

/// As [`from_untrusted_str`], from bytes.
///
/// # Errors
/// Those of [`from_untrusted_str`]; the bytes are not UTF-8.
pub fn from_untrusted_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T> {
    T::deserialize(sent::Sent::of(text::Text::of_slice(json)?))
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
    let mut writer = write::Writer::at_end_of(json);
    value.serialize(&mut writer)?;
    writer.end()
}
