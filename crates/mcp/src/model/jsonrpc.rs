//! JSON-RPC 2.0 as MCP narrows it: one message from bytes, and nothing decoded before somebody asks for it.
//!
//! Spec: 2026-07-28 and 2025-11-25 basic/index, "Messages"; 2025-03-26 adds batches.
//!
//! The text is scanned once. Its parts are kept as slices of the body ([`RawValue`]), and each is decoded by the one rule
//! or method that wants it, so a part nobody wants costs nothing. Skipping a part does not recurse: nesting of any depth
//! is harmless here, and meets `serde_json`'s own depth limit where it is decoded.

use std::borrow::Cow;

use json::disputed_member;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::model::error::{RpcError, excerpt};
use crate::model::failure::Refusal;
use crate::model::request_id::{MAX_ID_BYTES, RequestId};

/// The longest id of a request of ours, in bytes: a name of 64, and the proof that it was asked.
const MAX_OWN_ID_BYTES: usize = 128;

/// The most messages one batch may hold (2025-03-26 alone has batches, and names no bound).
pub(crate) const MAX_BATCH: usize = 50;

/// A message as it came, its kind known and its parts not yet decoded.
#[derive(Debug)]
pub(crate) enum Message<'a> {
    Request(Request<'a>),
    Notification(Notification<'a>),
    /// An answer to a request of ours.
    Response(Response<'a>),
}

#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) id: RequestId<'a>,
    pub(crate) method: Cow<'a, str>,
    pub(crate) params: Option<&'a RawValue>,
}

#[derive(Debug)]
pub(crate) struct Notification<'a> {
    pub(crate) method: Cow<'a, str>,
    pub(crate) params: Option<&'a RawValue>,
}

#[derive(Debug)]
pub(crate) struct Response<'a> {
    /// Which request it answers, if it can be one of ours: they have short strings for ids.
    pub(crate) id: Option<Cow<'a, str>>,
    pub(crate) json: &'a str,
}

/// What a body holds.
pub(crate) enum Body<'a> {
    One(&'a str),
    Batch(Vec<&'a RawValue>),
}

/// Reads a body as far as telling one message from a batch.
///
/// Not UTF-8, not JSON: 400 and -32700. An empty batch, or one beyond [`MAX_BATCH`]: 400 and -32600.
pub(crate) fn read_body(bytes: &[u8]) -> Result<Body<'_>, Refusal<'_>> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Refusal::bad_request(RpcError::parse_error("the body is not UTF-8")))?
        .trim_matches([' ', '\t', '\r', '\n']);
    if !text.starts_with('[') {
        return Ok(Body::One(text));
    }
    let items: Vec<&RawValue> = json::from_str(text)
        .map_err(|error| Refusal::bad_request(RpcError::parse_error(&error.to_string())))?;
    match items.len() {
        0 => Err(Refusal::bad_request(RpcError::invalid_request("a batch needs at least one message"))),
        1..=MAX_BATCH => Ok(Body::Batch(items)),
        _ => Err(Refusal::bad_request(RpcError::invalid_request(&format!(
            "a batch may hold at most {MAX_BATCH} messages"
        )))),
    }
}

/// The members of a message. A member that appears twice is refused: two readers may disagree on which one counts.
#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    method: Option<&'a RawValue>,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    error: Option<&'a RawValue>,
}

/// Keeps `null` apart from absence.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Reads one message. Not JSON: 400 and -32700. JSON, and not a message: 400 and -32600, with the id if there is one.
pub(crate) fn read_message(json: &str) -> Result<Message<'_>, Refusal<'_>> {
    let frame: Frame<'_> = object(json).map_err(|error| {
        Refusal::bad_request(match error {
            NotAnObject::Json(error) if error.is_syntax() => RpcError::parse_error(&error.to_string()),
            NotAnObject::Json(error) => RpcError::invalid_request(&error.to_string()),
            NotAnObject::AnotherType => RpcError::invalid_request("a message is a JSON object"),
        })
    })?;
    let is_answer = frame.result.is_some() || frame.error.is_some();
    let id = frame.id.map(|raw| RequestId::read(raw).ok_or(raw));
    let invalid =
        |why: &str| Refusal::bad_request(RpcError::invalid_request(why)).for_request(id.and_then(Result::ok));
    if frame.jsonrpc.and_then(string).as_deref() != Some("2.0") {
        return Err(invalid("jsonrpc must be \"2.0\""));
    }
    let Some(method) = frame.method else {
        let answers = frame.result.is_some() ^ frame.error.is_some();
        if let Some(name) = frame.result.or(frame.error).and_then(|raw| disputed_member(raw.get())) {
            return Err(invalid(&disputed(&name)));
        }
        return if answers && frame.id.is_some() {
            Ok(Message::Response(Response {
                id: frame.id.and_then(string).filter(|id| id.len() <= MAX_OWN_ID_BYTES),
                json,
            }))
        } else {
            Err(invalid("a message has a method, or an id with either a result or an error"))
        };
    };
    // Two readers may take it for two things.
    if is_answer {
        return Err(invalid("a message with a method has neither a result nor an error"));
    }
    let Some(method) = string(method) else { return Err(invalid("method must be a string")) };
    match id {
        None => Ok(Message::Notification(Notification { method, params: frame.params })),
        Some(Ok(id)) => Ok(Message::Request(Request { id, method, params: frame.params })),
        Some(Err(_)) => {
            Err(invalid(&format!("id must be a string or an integer of at most {MAX_ID_BYTES} bytes")))
        }
    }
}

/// What any method of the protocol may find in its `params`; each takes what it needs.
#[derive(Deserialize, Default)]
pub(crate) struct Params<'a> {
    #[serde(borrow, default, rename = "_meta")]
    pub(crate) meta: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) name: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) uri: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "taskId")]
    pub(crate) task_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) arguments: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "requestId")]
    pub(crate) request_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) cursor: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) level: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) notifications: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "inputResponses", deserialize_with = "present")]
    pub(crate) input_responses: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "requestState", deserialize_with = "present")]
    pub(crate) request_state: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "ref")]
    pub(crate) reference: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) argument: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) context: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "protocolVersion")]
    pub(crate) protocol_version: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) capabilities: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "clientInfo")]
    pub(crate) client_info: Option<&'a RawValue>,
}

impl<'a> Params<'a> {
    /// `params` is an object or absent; anything else is -32602, and so is one in which a member stands twice, however deep.
    pub(crate) fn read(raw: Option<&'a RawValue>) -> Result<Self, RpcError> {
        let Some(raw) = raw else { return Ok(Self::default()) };
        let invalid = |why: &dyn std::fmt::Display| RpcError::invalid_params(&format!("params: {why}"));
        match disputed_member(raw.get()) {
            Some(name) => Err(invalid(&disputed(&name))),
            None => object(raw.get()).map_err(|error| invalid(&error)),
        }
    }

    /// A member that must be there and be a string.
    pub(crate) fn required(name: &str, member: Option<&'a RawValue>) -> Result<Cow<'a, str>, RpcError> {
        member
            .and_then(string)
            .ok_or_else(|| RpcError::invalid_params(&format!("params.{name} must be a string")))
    }
}

fn disputed(name: &str) -> String {
    let why = if name.starts_with("$serde_json::") { "has a name that is not taken" } else { "stands twice" };
    format!("the member \"{}\" {why}", excerpt(name))
}

/// Why a text did not give the object asked for.
pub(crate) enum NotAnObject {
    Json(json::Error),
    AnotherType,
}

impl std::fmt::Display for NotAnObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Json(error) => error.fmt(f),
            Self::AnotherType => f.write_str("must be a JSON object"),
        }
    }
}

/// Decodes an object. Needed because serde lets an array stand for a struct, and JSON-RPC does not.
pub(crate) fn object<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, NotAnObject> {
    match json::from_str(json) {
        Err(error) if !error.is_syntax() && !json.starts_with('{') => Err(NotAnObject::AnotherType),
        Err(error) => Err(NotAnObject::Json(error)),
        Ok(_) if !json.starts_with('{') => Err(NotAnObject::AnotherType),
        Ok(value) => Ok(value),
    }
}

/// The text of a JSON string, borrowed when it has no escapes; `None` if it is not a string.
pub(crate) fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    let inner = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        return json::from_str(raw.get()).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inner))
}
