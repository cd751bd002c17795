//! Three things that can go wrong, kept apart by type.
//!
//! * [`RpcError`]: the *protocol* was not kept. A JSON-RPC error goes back; the client program reads it.
//! * A tool error ([`crate::ToolError`]): the call was well formed and did not work out. It goes back as a *result* with
//!   `isError`, in words that a model can act on (2026-07-28, server/tools, "Error Handling").
//! * [`Fault`]: *we* failed. Outside it is one generic sentence; what happened is handed to the caller of the engine to log.

use serde::Serialize;
use serde_json::Value;

use crate::model::client::ClientCapability;
use crate::model::revision::{Era, Revision};

/// The codes of JSON-RPC 2.0 and of MCP (2026-07-28, basic/index, "Error Codes").
pub mod code {
    /// JSON-RPC: not JSON.
    pub const PARSE_ERROR: i64 = -32700;
    /// JSON-RPC: JSON, and not a request.
    pub const INVALID_REQUEST: i64 = -32600;
    /// JSON-RPC: the server has no such method.
    pub const METHOD_NOT_FOUND: i64 = -32601;
    /// JSON-RPC: the method's parameters are wrong. In 2026-07-28 also: no such resource.
    pub const INVALID_PARAMS: i64 = -32602;
    /// JSON-RPC: the server failed.
    pub const INTERNAL_ERROR: i64 = -32603;
    /// The transport refused the request before reading a message. The specification names no code; this is the one
    /// that servers of the handshake era have always sent.
    pub const TRANSPORT: i64 = -32000;
    /// No such session. The specification names HTTP 404 and no code; this is the one that servers have always sent.
    pub const SESSION_NOT_FOUND: i64 = -32001;
    /// No such resource, in handshake revisions.
    pub const RESOURCE_NOT_FOUND: i64 = -32002;
    /// 2026-07-28: a header says something else than the body, or is missing or malformed.
    pub const HEADER_MISMATCH: i64 = -32020;
    /// 2026-07-28: the request needs a capability that the client did not declare.
    pub const MISSING_CLIENT_CAPABILITY: i64 = -32021;
    /// 2026-07-28: a revision that the server does not speak.
    pub const UNSUPPORTED_PROTOCOL_VERSION: i64 = -32022;
    /// The caller lacks a permission. Not of the specification, hence outside the range it keeps for itself; what
    /// counts for clients is HTTP 403 and its challenge.
    pub const INSUFFICIENT_SCOPE: i64 = 403;
    /// The caller's access has ended. Not of the specification either; what counts for clients is HTTP 401 and its challenge,
    /// here or at their next request.
    pub const ACCESS_ENDED: i64 = 401;
    /// The caller has too much under way. Not of the specification either; what counts for clients is HTTP 429 and `Retry-After`.
    pub const TOO_MANY_REQUESTS: i64 = 429;
}

/// A JSON-RPC error object.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RpcError {
    /// One of [`code`], or the application's own outside the range JSON-RPC reserves.
    pub code: i64,
    /// One sentence for the client's developer.
    pub message: String,
    /// What a program needs to react, in the shape the specification gives for the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Box<Value>>,
}

impl RpcError {
    /// An error without data.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    fn with(mut self, data: Value) -> Self {
        self.data = Some(Box::new(data));
        self
    }

    pub(crate) fn parse_error(why: &str) -> Self {
        Self::new(code::PARSE_ERROR, format!("Parse error: {why}"))
    }

    pub(crate) fn invalid_request(why: &str) -> Self {
        Self::new(code::INVALID_REQUEST, format!("Invalid request: {why}"))
    }

    pub(crate) fn invalid_params(why: &str) -> Self {
        Self::new(code::INVALID_PARAMS, format!("Invalid params: {why}"))
    }

    pub(crate) fn method_not_found(method: &str) -> Self {
        Self::new(code::METHOD_NOT_FOUND, format!("Method not found: {}", excerpt(method)))
    }

    pub(crate) fn unknown_tool(name: &str) -> Self {
        Self::new(code::INVALID_PARAMS, format!("Unknown tool: {}", excerpt(name)))
    }

    pub(crate) fn unknown_prompt(name: &str) -> Self {
        Self::new(code::INVALID_PARAMS, format!("Unknown prompt: {}", excerpt(name)))
    }

    /// -32002 in the handshake era, -32602 since (2026-07-28, server/resources, "Error Handling"); `data.uri` in both.
    pub(crate) fn resource_not_found(uri: &str, era: Era) -> Self {
        let code = match era {
            Era::Handshake => code::RESOURCE_NOT_FOUND,
            Era::Stateless => code::INVALID_PARAMS,
        };
        Self::new(code, "Resource not found").with(json::object(vec![("uri", uri.into())]))
    }

    pub(crate) fn header_mismatch(why: &str) -> Self {
        Self::new(code::HEADER_MISMATCH, format!("Header mismatch: {why}"))
    }

    /// `supported` names what may be written where the refused version stood. That is `_meta`, so it names stateless
    /// revisions only: one that is agreed on by `initialize` would be refused there again.
    pub(crate) fn unsupported_version(requested: &str) -> Self {
        Self::new(code::UNSUPPORTED_PROTOCOL_VERSION, "Unsupported protocol version").with(json::object(
            vec![
                ("supported", Revision::of(Era::Stateless).map(Revision::as_str).collect()),
                ("requested", requested.into()),
            ],
        ))
    }

    /// `data.requiredCapabilities` is a `ClientCapabilities` object, not a list of names.
    pub(crate) fn missing_client_capability(capability: ClientCapability) -> Self {
        let name = capability.as_str();
        Self::new(
            code::MISSING_CLIENT_CAPABILITY,
            format!("This request needs the client capability \"{name}\", which the client did not declare"),
        )
        .with(json::object(vec![("requiredCapabilities", capability.as_object())]))
    }

    /// The same for an extension.
    pub(crate) fn missing_client_extension(name: &str) -> Self {
        let extensions = json::object(vec![(name, json::object(vec![]))]);
        Self::new(
            code::MISSING_CLIENT_CAPABILITY,
            format!("This request needs the extension \"{name}\", which the client did not declare"),
        )
        .with(json::object(vec![("requiredCapabilities", json::object(vec![("extensions", extensions)]))]))
    }

    pub(crate) fn insufficient_scope(permissions: &[String]) -> Self {
        Self::new(
            code::INSUFFICIENT_SCOPE,
            format!("Insufficient scope: this needs {}", permissions.join(" ")),
        )
    }

    pub(crate) fn internal() -> Self {
        Self::new(code::INTERNAL_ERROR, "Internal error")
    }

    /// What a fault says outside.
    pub(crate) fn of_fault(fault: &Fault) -> Self {
        match fault.0.kind {
            FaultKind::Broken => Self::internal(),
            FaultKind::Passing { .. } => {
                Self::new(code::INTERNAL_ERROR, "Temporarily unavailable: try again")
            }
            FaultKind::TooMany { .. } => {
                Self::new(code::TOO_MANY_REQUESTS, "Too many requests at once: try again in a moment")
            }
            FaultKind::AccessEnded => Self::new(code::ACCESS_ENDED, "The access has ended: log in again"),
        }
    }
}

/// As much of a client's text as an error message repeats.
pub(crate) fn excerpt(text: &str) -> &str {
    text.char_indices().nth(100).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// Something that broke on our side. Its text is for the log and never leaves the process through a reply.
///
/// Of the size of a pointer, as nearly everything may fail with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(Box<WhatHappened>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct WhatHappened {
    what: String,
    kind: FaultKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FaultKind {
    Broken,
    /// Known to pass, in so many seconds.
    Passing {
        retry_after: u32,
    },
    /// Nothing broke: the caller has too much under way. It may try again in so many seconds.
    TooMany {
        retry_after: u32,
    },
    /// Nothing broke: the caller is let in no more.
    AccessEnded,
}

impl Fault {
    /// What happened, with everything that helps to find out why.
    pub fn new(what: impl std::fmt::Display) -> Self {
        Self::of(FaultKind::Broken, what)
    }

    fn of(kind: FaultKind, what: impl std::fmt::Display) -> Self {
        Self(Box::new(WhatHappened { what: what.to_string(), kind }))
    }

    /// Something that is known to pass: the same request may succeed in so many seconds. Where the reply's status can still
    /// say so it is 503 with `Retry-After` (RFC 9110 sections 15.6.4 and 10.2.3).
    pub fn unavailable(what: impl std::fmt::Display, retry_after: u32) -> Self {
        Self::of(FaultKind::Passing { retry_after }, what)
    }

    /// The caller has too much under way: nothing was done for this request, and the same one may pass in so many seconds. Where the
    /// reply's status can still say so it is 429 with `Retry-After` (RFC 6585 section 4). Nothing broke, and nothing is logged.
    pub fn too_many(what: impl std::fmt::Display, retry_after: u32) -> Self {
        Self::of(FaultKind::TooMany { retry_after }, what)
    }

    /// The caller's access ended before this could be answered. Nothing broke, and nothing is logged. Where the reply's status can
    /// still say so it is 401 ([`crate::HttpReply::access_ended`]); on a stream that has begun it is an error, and the stream ends.
    pub fn access_ended() -> Self {
        Self::of(FaultKind::AccessEnded, "the caller's access has ended")
    }

    /// The seconds to wait, if waiting helps.
    pub(crate) fn retry_after(&self) -> Option<u32> {
        match self.0.kind {
            FaultKind::Passing { retry_after } | FaultKind::TooMany { retry_after } => Some(retry_after),
            FaultKind::Broken | FaultKind::AccessEnded => None,
        }
    }

    /// The HTTP status that says it.
    pub(crate) fn status(&self) -> u16 {
        match self.0.kind {
            FaultKind::Broken => 500,
            FaultKind::Passing { .. } => 503,
            FaultKind::TooMany { .. } => 429,
            FaultKind::AccessEnded => 401,
        }
    }

    /// Whether something broke, which belongs in the log.
    pub(crate) fn is_for_log(&self) -> bool {
        matches!(self.0.kind, FaultKind::Broken | FaultKind::Passing { .. })
    }

    /// Whether it is that the caller is let in no more.
    pub(crate) fn is_access_ended(&self) -> bool {
        self.0.kind == FaultKind::AccessEnded
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.what)
    }
}

impl std::error::Error for Fault {}
