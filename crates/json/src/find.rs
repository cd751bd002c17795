//! What is found in the text of a JSON value, whatever type it is for. Compiled once.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize,
    de::{Deserializer, Error as _, Expected, IgnoredAny, MapAccess, Unexpected, Visitor},
};
use serde_json::{Number, value::RawValue};

use crate::error::{Error, Result};

/// The name of a member, and its value as it stands in the text.
pub(crate) type Member<'de> = (Cow<'de, str>, &'de RawValue);

pub(crate) fn utf8(json: &[u8]) -> Result<&str> {
    std::str::from_utf8(json).map_err(Error::custom)
}

/// The members of an object, in their order.
#[inline(never)]
pub(crate) fn members(text: &str) -> Result<Vec<Member<'_>>> {
    if !text.starts_with('{') {
        return Err(is_not(text, &"an object"));
    }
    Ok(serde_json::from_str(text).map(|Listed(members)| members)?)
}

/// The values of the members with these names, each with its name, in the order of the names. Others are passed over; of a member
/// that is absent the text is empty.
#[inline(never)]
pub(crate) fn fields<'de>(
    text: &'de str,
    names: &'static [&'static str],
) -> Result<Vec<(&'static str, &'de str)>> {
    if !text.starts_with('{') {
        return Err(is_not(text, &"an object"));
    }
    let mut fields: Vec<_> = names.iter().map(|name| (*name, "")).collect();
    let mut twice = None;
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.deserialize_map(ReadFields { fields: &mut fields, twice: &mut twice })?;
    reader.end()?;
    // Not while it is read: the reader would say at which place, counted from where this object begins.
    match twice {
        Some(name) => Err(Error::duplicate_field(name)),
        None => Ok(fields),
    }
}

#[inline(never)]
pub(crate) fn items(text: &str) -> Result<Vec<&RawValue>> {
    if !text.starts_with('[') {
        return Err(is_not(text, &"a list"));
    }
    Ok(serde_json::from_str(text)?)
}

/// That no item of a list is left.
#[inline(never)]
pub(crate) fn end(left: usize) -> Result<()> {
    if left == 0 { Ok(()) } else { Err(Error::invalid_length(left, &"")) }
}

/// In place of what is said of a variant whose name stands alone. It is no JSON, so whatever is to be read of it cannot be.
pub(crate) const NO_CONTENT: &str = "=";

const ONE_NAME: &str = "a name, or an object with one member";

/// The name of an enum's variant, and what an object says of it.
#[inline(never)]
pub(crate) fn variant(text: &str) -> Result<(Cow<'_, str>, &str)> {
    if text.starts_with('"') {
        return Ok((string(text, &ONE_NAME)?, NO_CONTENT));
    }
    if !text.starts_with('{') {
        return Err(is_not(text, &ONE_NAME));
    }
    let mut members = members(text)?.into_iter();
    match (members.next(), members.next()) {
        (Some((name, content)), None) => Ok((name, content.get())),
        _ => Err(Error::custom("expected an object with one member")),
    }
}

#[inline(never)]
pub(crate) fn string<'de>(text: &'de str, expected: &dyn Expected) -> Result<Cow<'de, str>> {
    if !text.starts_with('"') {
        return Err(is_not(text, expected));
    }
    Ok(serde_json::from_str(text).map(|Borrowable(string)| string)?)
}

#[inline(never)]
pub(crate) fn number(text: &str, expected: &dyn Expected) -> Result<Number> {
    if text.starts_with(|start: char| start == '-' || start.is_ascii_digit()) {
        Ok(serde_json::from_str(text)?)
    } else {
        Err(is_not(text, expected))
    }
}

/// The number that a name is, if it is one as JSON writes whole numbers.
#[inline(never)]
pub(crate) fn whole_number(name: &str, expected: &dyn Expected) -> Result<Unexpected<'static>> {
    if let Ok(number) = name.parse::<u64>()
        && number.to_string() == name
    {
        return Ok(Unexpected::Unsigned(number));
    }
    match name.parse::<i64>() {
        Ok(number) if number.to_string() == name => Ok(Unexpected::Signed(number)),
        _ => Err(Error::invalid_value(Unexpected::Str(name), expected)),
    }
}

#[inline(never)]
pub(crate) fn boolean(text: &str, expected: &dyn Expected) -> Result<bool> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(is_not(text, expected)),
    }
}

#[inline(never)]
pub(crate) fn null(text: &str) -> Result<()> {
    if text == "null" { Ok(()) } else { Err(is_not(text, &"null")) }
}

/// Any value, of which nothing is kept.
#[inline(never)]
pub(crate) fn ignored(text: &str) -> Result<()> {
    Ok(serde_json::from_str::<IgnoredAny>(text).map(drop)?)
}

/// That something stands there, and not the name of a variant alone.
#[inline(never)]
pub(crate) fn content(text: &str) -> Result<()> {
    if text == NO_CONTENT { Err(is_not(text, &"")) } else { Ok(()) }
}

/// The error that says so; where it is no JSON, what is wrong with that.
#[inline(never)]
fn is_not(text: &str, expected: &dyn Expected) -> Error {
    if text == NO_CONTENT {
        return Error::custom("expected an object whose member has the variant's name");
    }
    if let Err(error) = ignored(text) {
        return error;
    }
    let found = match text.as_bytes().first() {
        Some(b'{') => Unexpected::Map,
        Some(b'[') => Unexpected::Seq,
        Some(b'n') => Unexpected::Unit,
        Some(b't' | b'f') => Unexpected::Bool(true),
        Some(b'"') => Unexpected::Str(""),
        _ if text.contains(['.', 'e', 'E']) => Unexpected::Float(0.0),
        _ => Unexpected::Signed(0),
    };
    Error::invalid_type(found, expected)
}

/// Gives a visitor a number, as what it is.
pub(crate) fn visit_number<'de, V: Visitor<'de>>(number: &Number, visitor: V) -> Result<V::Value> {
    match kind(number) {
        Unexpected::Unsigned(number) => visitor.visit_u64(number),
        Unexpected::Signed(number) => visitor.visit_i64(number),
        _ => visitor.visit_f64(number.as_f64().unwrap_or_default()),
    }
}

/// Gives a visitor a string, borrowed if it is.
pub(crate) fn visit_string<'de, V: Visitor<'de>>(string: Cow<'de, str>, visitor: V) -> Result<V::Value> {
    match string {
        Cow::Borrowed(string) => visitor.visit_borrowed_str(string),
        Cow::Owned(string) => visitor.visit_string(string),
    }
}

#[inline(never)]
fn kind(number: &Number) -> Unexpected<'static> {
    match (number.as_u64(), number.as_i64()) {
        (Some(number), _) => Unexpected::Unsigned(number),
        (_, Some(number)) => Unexpected::Signed(number),
        _ => Unexpected::Float(number.as_f64().unwrap_or_default()),
    }
}

/// A string, borrowed where it stands without escapes.
struct Borrowable<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Borrowable<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(ReadString).map(Self)
    }
}

struct ReadString;

impl<'de> Visitor<'de> for ReadString {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, string: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(string))
    }

    fn visit_str<E>(self, string: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(string.to_owned()))
    }
}

/// The members of an object, in their order.
struct Listed<'de>(Vec<Member<'de>>);

impl<'de> Deserialize<'de> for Listed<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ReadMembers).map(Self)
    }
}

struct ReadMembers;

impl<'de> Visitor<'de> for ReadMembers {
    type Value = Vec<Member<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((Borrowable(key), value)) = map.next_entry()? {
            members.push((key, value));
        }
        Ok(members)
    }
}

/// Fills in the values of the fields that have a member.
struct ReadFields<'a, 'de> {
    fields: &'a mut [(&'static str, &'de str)],
    /// A field that has two.
    twice: &'a mut Option<&'static str>,
}

impl<'de> Visitor<'de> for ReadFields<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Borrowable(key)) = map.next_key()? {
            let Some((name, text)) = self.fields.iter_mut().find(|(name, _)| *name == key) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if !text.is_empty() {
                *self.twice = Some(name);
            }
            *text = map.next_value::<&RawValue>()?.get();
        }
        Ok(())
    }
}
