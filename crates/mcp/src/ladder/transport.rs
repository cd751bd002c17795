//! Rules that look at HTTP alone, before a byte of the body is read.

use crate::error::{Refusal, RpcError, code};
use crate::http::{Headers, HttpRequest, MAX_BODY_BYTES, Origins};
use crate::platform::Platform;

/// All rules of this rung for a POST, in order. What else there is to say of GET and DELETE is said where they are
/// answered, as there is neither without sessions.
pub(crate) fn check(request: &HttpRequest<'_>) -> Result<(), Refusal<'static>> {
    origin(request.headers.get("origin").as_deref(), request.origins)?;
    let sessions = request.platform.held_sessions().is_some();
    if sessions && matches!(request.method, "GET" | "DELETE") {
        return Ok(());
    }
    method(request.method)?;
    accept(request.headers.get("accept").as_deref())?;
    content_type(request.headers.get("content-type").as_deref())?;
    size(request.body.len())
}

/// Whether the page may call here.
pub(crate) fn check_origin(request: &HttpRequest<'_>) -> Result<(), Refusal<'static>> {
    origin(request.headers.get("origin").as_deref(), request.origins)
}

/// The rules for a message of HTTP+SSE, whose answer comes elsewhere.
pub(crate) fn check_message(request: &HttpRequest<'_>) -> Result<(), Refusal<'static>> {
    check_origin(request)?;
    method(request.method)?;
    content_type(request.headers.get("content-type").as_deref())?;
    size(request.body.len())
}

/// The methods there are, for the `Allow` of a 405 (RFC 9110 15.5.6).
pub(crate) fn allowed(platform: &Platform) -> &'static str {
    if platform.held_sessions().is_some() { "GET, POST, DELETE" } else { "POST" }
}

/// A GET must take an event stream, as there is nothing else to get (2025-11-25 basic/transports, "Listening for Messages
/// from the Server" 2).
pub(crate) fn check_get(request: &HttpRequest<'_>) -> Result<(), Refusal<'static>> {
    if takes_events(request.headers) {
        Ok(())
    } else {
        Err(refusal(406, "Not acceptable: Accept must include text/event-stream"))
    }
}

/// The stateless era has neither GET nor DELETE (2026-07-28 streamable-http, "Earlier Streamable HTTP Revisions").
pub(crate) fn no_such_method() -> Refusal<'static> {
    refusal(405, "Method not allowed: use POST")
}

/// "Servers that require a session ID SHOULD respond to requests without an `Mcp-Session-Id` header with HTTP 400 Bad
/// Request." Streams and their end are all that require one.
pub(crate) fn no_session() -> Refusal<'static> {
    refusal(400, "The Mcp-Session-Id header is missing")
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

/// Without sessions nothing is streamed to a GET and there is nothing for DELETE to end, so both are 405 as both eras
/// allow (streamable-http, "Earlier Streamable HTTP Revisions"; 2025-11-25 basic/transports, "Listening for Messages").
fn method(method: &str) -> Result<(), Refusal<'static>> {
    if method == "POST" { Ok(()) } else { Err(no_such_method()) }
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
        .any(|weight| weight.trim().parse() == Ok(0.0));
    named && !refused
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

/// A bound of ours ([`MAX_BODY_BYTES`]); the glue keeps it while reading, this keeps it for whoever does not.
fn size(bytes: usize) -> Result<(), Refusal<'static>> {
    if bytes <= MAX_BODY_BYTES {
        Ok(())
    } else {
        Err(refusal(413, format!("Content too large: at most {MAX_BODY_BYTES} bytes")))
    }
}
