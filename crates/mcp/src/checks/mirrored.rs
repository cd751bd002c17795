//! Headers that repeat the body, so that proxies can route without reading it, and must therefore agree with it
//! (2026-07-28 streamable-http, "Request Metadata"). Every disagreement is 400 and -32020.
//!
//! Names of headers are compared without regard to case (by whoever lends us the headers); values letter for letter,
//! white space around them set aside (RFC 9110 5.5).

use std::borrow::Cow;

use serde_json::Value;

use crate::model::base64;
use crate::model::error::RpcError;
use crate::model::failure::Refusal;
use crate::model::schema::MirroredParameter;
use crate::ports::headers::{Headers, trimmed};

fn mismatch(why: &str) -> Refusal<'static> {
    Refusal::bad_request(RpcError::header_mismatch(why))
}

/// A header of plain value that must be there and equal `body`.
///
/// `MCP-Protocol-Version` ("Protocol Version Header") and `Mcp-Method` ("Standard Request Headers") are such.
pub(crate) fn plain(name: &str, header: Option<&str>, body: &str) -> Result<(), Refusal<'static>> {
    match header {
        None => Err(mismatch(&format!("the {name} header is missing"))),
        Some(header) if header == body => Ok(()),
        Some(_) => Err(mismatch(&format!("the {name} header does not match the body"))),
    }
}

/// `Mcp-Name` must be there and, decoded, equal `params.name` or `params.uri` ("Standard Request Headers").
pub(crate) fn name(headers: &dyn Headers, body: &str) -> Result<(), Refusal<'static>> {
    let Some(header) = headers.get("mcp-name").map(trimmed) else {
        return Err(mismatch("the Mcp-Name header is missing"));
    };
    match decode(&header) {
        None => Err(mismatch("the Mcp-Name header has invalid characters or invalid Base64")),
        Some(value) if value == body => Ok(()),
        Some(_) => Err(mismatch("the Mcp-Name header does not match the body")),
    }
}

/// `Mcp-Param-*` ("Server Behavior for Custom Headers"): where the arguments have a value, the header must have it too;
/// where they have none, or `null`, there must be no header to be believed instead.
pub(crate) fn parameter(
    headers: &dyn Headers,
    parameter: &MirroredParameter,
    arguments: &Value,
) -> Result<(), Refusal<'static>> {
    let body = parameter
        .path
        .iter()
        .try_fold(arguments, |value, name| value.get(name))
        .filter(|value| !value.is_null());
    let name = parameter.header.as_str();
    match (headers.get(name).map(trimmed), body) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(mismatch(&format!("the {name} header is missing"))),
        (Some(_), None) => Err(mismatch(&format!("the {name} header has no value in the body to match"))),
        (Some(header), Some(body)) => match decode(&header) {
            None => Err(mismatch(&format!("the {name} header has invalid characters or invalid Base64"))),
            Some(value) if same_value(&value, body) => Ok(()),
            Some(_) => Err(mismatch(&format!("the {name} header does not match the body"))),
        },
    }
}

/// "Value Encoding": visible ASCII, space and tab stand for themselves; `=?base64?` ... `?=` holds UTF-8. `None` if it is
/// neither.
fn decode(header: &str) -> Option<Cow<'_, str>> {
    if !header.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) {
        return None;
    }
    match header.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) {
        None => Some(Cow::Borrowed(header)),
        Some(encoded) => String::from_utf8(base64::decode(encoded)?).ok().map(Cow::Owned),
    }
}

/// "Type conversion", with numbers compared as numbers: `42.0` is 42.
fn same_value(header: &str, body: &Value) -> bool {
    match body {
        Value::String(text) => header == text,
        Value::Bool(flag) => header == if *flag { "true" } else { "false" },
        Value::Number(number) => {
            header.parse::<i64>().ok().is_some_and(|value| number.as_i64() == Some(value))
                // By the reader that read the body: the standard library's is 16 KB of a Wasm.
                || json::from_str::<f64>(header).is_ok_and(|value| number.as_f64() == Some(value))
        }
        // Only the types above may be mirrored. What stands here fails the tool's schema, and is for the tool to say.
        Value::Null | Value::Array(_) | Value::Object(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_as_the_table_of_the_specification_says() {
        for (header, value) in [
            ("us-west1", Some("us-west1")),
            ("=?base64?SGVsbG8sIOS4lueVjA==?=", Some("Hello, 世界")),
            ("=?base64?IHBhZGRlZCA=?=", Some(" padded ")),
            ("=?base64?bGluZTEKbGluZTI=?=", Some("line1\nline2")),
            ("=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=", Some("=?base64?literal?=")),
            ("=?base64??=", Some("")),
            // Without its beginning or its end, a sentinel is a value like any other.
            ("SGVsbG8=", Some("SGVsbG8=")),
            ("=?base64?SGVsbG8=", Some("=?base64?SGVsbG8=")),
            ("=?BASE64?SGVsbG8=?=", Some("=?BASE64?SGVsbG8=?=")),
            ("=?base64?=", Some("=?base64?=")),
            // Padding, alphabet, UTF-8, characters.
            ("=?base64?SGVsbG8?=", None),
            ("=?base64?SGVs!!!bG8=?=", None),
            ("=?base64?/w==?=", None),
            ("世界", None),
            ("a\u{7f}", None),
        ] {
            assert_eq!(decode(header).as_deref(), value, "{header}");
        }
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        for (header, body, same) in [
            ("42", "42", true),
            ("42.0", "42", true),
            ("-7", "-7", true),
            ("9007199254740991", "9007199254740991", true),
            ("43", "42", false),
            ("NaN", "42", false),
            ("", "0", false),
            ("true", "true", true),
            ("True", "true", false),
        ] {
            let body = serde_json::from_str(body).unwrap();
            assert_eq!(same_value(header, &body), same, "{header} {body}");
        }
    }
}
