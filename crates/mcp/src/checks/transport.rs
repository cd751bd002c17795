//! Rules that look at HTTP alone, before a byte of the body is read.

use crate::model::error::{RpcError, code};
use crate::model::failure::Refusal;
use crate::model::revision::Revision;
use crate::ports::headers::Headers;
use crate::ports::http_request::{HttpRequest, MAX_BODY_BYTES};
use crate::ports::origins::Origins;
use crate::ports::platform::Platform;

/// The addresses a request can come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// The endpoint of Streamable HTTP.
    Endpoint,
    /// Of HTTP+SSE, where clients listen.
    SseStream,
    /// Of HTTP+SSE, where they post.
    SseMessages,
}

impl Address {
    /// The methods there are, for the `Allow` of a 405 (RFC 9110 15.5.6). Without sessions nothing is streamed to a GET and
    /// there is nothing for DELETE to end, so both are 405 as both eras allow (streamable-http, "Earlier Streamable HTTP
    /// Revisions"; 2025-11-25 basic/transports, "Listening for Messages").
    fn methods(self, platform: &Platform) -> &'static [&'static str] {
        match (self, platform.held_sessions().is_some()) {
            (Self::Endpoint, true) => &["GET", "POST", "DELETE"],
            (Self::Endpoint, false) | (Self::SseMessages, true) => &["POST"],
            (Self::SseStream, true) => &["GET"],
            (Self::SseStream | Self::SseMessages, false) => &[],
        }
    }

    /// What to say of a method that there is not.
    fn advice(self) -> &'static str {
        match self {
            Self::SseStream => "; the stream that a GET opens names the address to post to",
            Self::Endpoint | Self::SseMessages => "",
        }
    }
}

/// All rules that look at HTTP alone, in order, whatever the request and wherever it came.
///
/// A GET must take an event stream, as there is nothing else to get (2025-11-25 basic/transports, "Listening for Messages
/// from the Server" 2). A message of HTTP+SSE is answered elsewhere, so it may take what it likes.
pub(crate) fn check(request: &HttpRequest<'_>, address: Address) -> Result<(), Refusal<'static>> {
    origin(request.headers.get("origin").as_deref(), request.origins)?;
    let methods = address.methods(request.platform);
    if !methods.contains(&request.method) {
        return Err(no_such_method(address, request.platform, None));
    }
    match (request.method, address) {
        ("GET", _) if !takes_events(request.headers) => {
            Err(refusal(406, "Not acceptable: Accept must include text/event-stream"))
        }
        ("POST", Address::Endpoint) => {
            accept(request.headers.get("accept").as_deref())?;
            content(request)
        }
        ("POST", _) => content(request),
        _ => Ok(()),
    }
}

/// The rules for a body.
fn content(request: &HttpRequest<'_>) -> Result<(), Refusal<'static>> {
    content_type(request.headers.get("content-type").as_deref())?;
    size(request.body.len())
}

/// A method that the address does not have; or, where a revision is named, that this revision does not have.
pub(crate) fn no_such_method(
    address: Address,
    platform: &Platform,
    revision: Option<Revision>,
) -> Refusal<'static> {
    let methods = address.methods(platform);
    let words = match (revision, methods.split_last()) {
        (Some(revision), _) => format!("revision {} has POST alone", revision.as_str()),
        (None, None) => "this transport is not served here".to_owned(),
        (None, Some((only, []))) => format!("use {only}{}", address.advice()),
        (None, Some((last, others))) => format!("use {} or {last}", others.join(", ")),
    };
    refusal(405, format!("Method not allowed: {words}")).allowing(methods)
}

/// "Servers that require a session ID SHOULD respond to requests without an `Mcp-Session-Id` header with HTTP 400 Bad
/// Request." Streams and their end are all that require one; in HTTP+SSE, every message.
pub(crate) fn no_session(address: Address) -> Refusal<'static> {
    let place = match address {
        Address::SseMessages => "parameter sessionId",
        Address::Endpoint | Address::SseStream => "Mcp-Session-Id header",
    };
    refusal(400, format!("The {place} is missing: it names the session"))
}

fn refusal(status: u16, message: impl Into<String>) -> Refusal<'static> {
    Refusal::new(status, RpcError::new(code::TRANSPORT, message))
}

/// "If the `Origin` header is present and invalid, servers MUST respond with HTTP 403 Forbidden."
/// (streamable-http, "Security & Endpoint" 1)
fn origin(origin: Option<&str>, allowed: &Origins) -> Result<(), Refusal<'static>> {
    match origin {
        Some(origin) if !allowed.allows(origin) => {
            Err(refusal(403, "This origin may not call this endpoint"))
        }
        _ => Ok(()),
    }
}

/// Answers are JSON, so a client that says what it takes must take JSON (RFC 9110 12.5.1). One that says nothing takes
/// anything.
fn accept(accept: Option<&str>) -> Result<(), Refusal<'static>> {
    if accepts(accept, "application", "json") {
        Ok(())
    } else {
        Err(refusal(406, "Not acceptable: Accept must include application/json"))
    }
}

/// Whether an answer may be an event stream. Both eras want clients to take one ("Sending Messages" 2); one that does not
/// say so still gets the result, without what may come before it.
pub(crate) fn takes_events(headers: &dyn Headers) -> bool {
    accepts(headers.get("accept").as_deref(), "text", "event-stream")
}

fn accepts(accept: Option<&str>, kind: &str, subtype: &str) -> bool {
    accept.is_none_or(|accept| accept.split(',').any(|range| names(range, kind, subtype)))
}

fn names(range: &str, kind: &str, subtype: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let (range_kind, range_subtype) =
        parts.next().and_then(|media| media.split_once('/')).unwrap_or_default();
    let named = (range_kind.eq_ignore_ascii_case(kind)
        && (range_subtype == "*" || range_subtype.eq_ignore_ascii_case(subtype)))
        || (range_kind == "*" && range_subtype == "*");
    let refused = parts
        .filter_map(|parameter| parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q=")))
        .any(|weight| is_zero(weight.trim()));
    named && !refused
}

/// `0` with up to three decimals, all of them 0 (RFC 9110 section 12.4.2). Not by way of `f64`, whose parser and tables are 16 KB of
/// a Wasm.
fn is_zero(weight: &str) -> bool {
    weight.starts_with('0') && weight.bytes().all(|byte| matches!(byte, b'0' | b'.'))
}

/// The body must be declared as `application/json`; parameters such as a charset do not matter, as JSON is UTF-8
/// (RFC 8259 8.1).
fn content_type(content_type: Option<&str>) -> Result<(), Refusal<'static>> {
    let media = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    if media.trim().eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(refusal(415, "Unsupported media type: Content-Type must be application/json"))
    }
}

/// A bound of ours ([`MAX_BODY_BYTES`]); the host should apply it while reading; this applies it where the host did not.
fn size(bytes: usize) -> Result<(), Refusal<'static>> {
    if bytes <= MAX_BODY_BYTES {
        Ok(())
    } else {
        Err(refusal(413, format!("Content too large: at most {MAX_BODY_BYTES} bytes")))
    }
}
