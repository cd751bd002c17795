//! What is found in the text of a JSON value, whatever type it is for. Compiled once.
//!
//! The text is valid: `serde_json` has seen the whole before a part of it is looked for ([`crate::text::Text::of`]). So a value is passed
//! over by its brackets and quotes, however often it is.

use std::borrow::Cow;

use serde::de::{Error as _, Expected, IgnoredAny, Unexpected, Visitor};
use serde_json::Number;

use crate::{
    error::{Error, Result},
    parts::Parts,
};

/// The name of a member, and its value as it stands in the text.
pub(crate) type Member<'de> = (Cow<'de, str>, &'de str);

pub(crate) fn utf8(json: &[u8]) -> Result<&str> {
    std::str::from_utf8(json).map_err(Error::custom)
}

/// The members of an object, in their order.
#[inline(never)]
pub(crate) fn members(text: &str) -> Result<Vec<Member<'_>>> {
    if !text.starts_with('{') {
        return Err(is_not(text, &"an object"));
    }
    let mut parts = Parts::of(text);
    let mut members = Vec::new();
    while let Some(member) = member(&mut parts)? {
        members.push(member);
    }
    Ok(members)
}

fn member<'de>(parts: &mut Parts<'de>) -> Result<Option<Member<'de>>> {
    let (Some(name), Some(value)) = (parts.next(), parts.next()) else { return Ok(None) };
    // The line would be counted from where the name begins.
    Ok(Some((string(name, &"a name").map_err(Error::without_line)?, value)))
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
    let mut parts = Parts::of(text);
    while let Some((name, value)) = member(&mut parts)? {
        let Some((field, text)) = fields.iter_mut().find(|(field, _)| *field == name) else { continue };
        if !text.is_empty() {
            twice = Some(*field);
        }
        *text = value;
    }
    twice.map_or(Ok(fields), |name| Err(Error::duplicate_field(name)))
}

#[inline(never)]
pub(crate) fn items(text: &str) -> Result<Vec<&str>> {
    if text.starts_with('[') { Ok(Parts::of(text).collect()) } else { Err(is_not(text, &"a list")) }
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
        (Some((name, content)), None) => Ok((name, content)),
        _ => Err(Error::custom("expected an object with one member")),
    }
}

#[inline(never)]
pub(crate) fn string<'de>(text: &'de str, expected: &dyn Expected) -> Result<Cow<'de, str>> {
    if !text.starts_with('"') {
        return Err(is_not(text, expected));
    }
    match text.get(1..text.len().saturating_sub(1)) {
        Some(inner) if !inner.contains('\\') => Ok(Cow::Borrowed(inner)),
        _ => Ok(serde_json::from_str(text).map(Cow::Owned)?),
    }
}

#[inline(never)]
pub(crate) fn number(text: &str, expected: &dyn Expected) -> Result<Number> {
    if !text.starts_with(|start: char| start == '-' || start.is_ascii_digit()) {
        return Err(is_not(text, expected));
    }
    match text.parse::<u64>() {
        Ok(number) => Ok(number.into()),
        Err(_) => Ok(serde_json::from_str(text)?),
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

/// That it is one JSON value. It is passed over, so that no depth of it takes memory; what passes it over has no word for a trailing comma.
#[inline(never)]
pub(crate) fn valid(text: &str) -> Result<()> {
    let Err(error) = serde_json::from_str::<IgnoredAny>(text) else { return Ok(()) };
    let is_behind_comma = is_behind_comma(text, error.line(), error.column());
    let error = Error::from(error);
    let is_none = matches!(error.reason(), "key must be a string" | "expected value");
    Err(if is_none && is_behind_comma { error.because("trailing comma") } else { error })
}

/// Whether a bracket closes there, counted from 1, behind a comma.
fn is_behind_comma(text: &str, line: usize, column: usize) -> bool {
    let lines_before = text.split_inclusive('\n').take(line.saturating_sub(1));
    let at = lines_before.map(str::len).sum::<usize>().saturating_add(column.saturating_sub(1));
    let (before, rest) = text.split_at_checked(at).unwrap_or_default();
    rest.starts_with(['}', ']']) && before.trim_end_matches([' ', '\t', '\n', '\r']).ends_with(',')
}

/// That something stands there, and not the name of a variant alone.
#[inline(never)]
pub(crate) fn content(text: &str) -> Result<()> {
    if text == NO_CONTENT { Err(is_not(text, &"")) } else { Ok(()) }
}

/// The error that says so.
#[inline(never)]
fn is_not(text: &str, expected: &dyn Expected) -> Error {
    if text == NO_CONTENT {
        return Error::custom("expected an object whose member has the variant's name");
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
