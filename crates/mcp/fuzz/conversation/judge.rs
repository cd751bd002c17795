//! What holds of every answer, whatever was asked.

use std::collections::BTreeSet;

use mcp::{HttpReply, ReplyBody, code};
use serde_json::Value;
use serde_json::value::RawValue;

use super::script::Request;

/// The statuses with which a code comes. What depends on the revision may come with several.
fn statuses_of(code: i64) -> &'static [u16] {
    match code {
        code::PARSE_ERROR
        | code::HEADER_MISMATCH
        | code::MISSING_CLIENT_CAPABILITY
        | code::UNSUPPORTED_PROTOCOL_VERSION => &[400],
        code::INVALID_REQUEST | code::INVALID_PARAMS => &[200, 400],
        code::METHOD_NOT_FOUND => &[200, 404],
        // Without a fault, which would have been noticed: a prompt or a resource was not given the answer it asked for.
        code::RESOURCE_NOT_FOUND | code::INTERNAL_ERROR => &[200],
        code::SESSION_NOT_FOUND => &[404],
        code::TRANSPORT => &[400, 403, 405, 406, 413, 415],
        code::INSUFFICIENT_SCOPE => &[200, 403],
        _ => &[],
    }
}

/// Judges an answer and gives its messages.
pub(super) fn judge(request: &Request, reply: &HttpReply, streamed: Option<&[u8]>) -> Vec<Value> {
    assert!(reply.faults.is_empty(), "nothing here can break: {:?}", reply.faults);
    assert!(
        matches!(reply.status, 200 | 202 | 204 | 400 | 403 | 404 | 405 | 406 | 413 | 415),
        "{} is no status of the specification's",
        reply.status
    );
    let header =
        |name| reply.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_ref());
    assert_eq!(header("allow").is_some(), reply.status == 405, "Allow comes with 405");
    assert!(reply.required_permissions.is_empty() || reply.status == 403, "{}", reply.status);
    let asked = Asked::of(request);
    match &reply.body {
        ReplyBody::Empty => {
            assert!(matches!(reply.status, 202 | 204), "{}", reply.status);
            assert_eq!(header("content-type"), None);
            Vec::new()
        }
        ReplyBody::Json(json) => {
            assert_eq!(header("content-type"), Some("application/json"));
            let Some(json) = parsed(json) else { return Vec::new() };
            let messages = match json {
                Value::Array(batch) => {
                    assert!(asked.is_batch && !batch.is_empty(), "a batch answers a batch");
                    batch
                }
                message => vec![message],
            };
            for message in &messages {
                judge_response(&asked, message, reply.status);
            }
            messages
        }
        ReplyBody::Stream(_) => {
            assert_eq!((reply.status, header("content-type")), (200, Some("text/event-stream")));
            let messages = judge_stream(streamed.unwrap_or_default());
            for message in messages.iter().filter(|message| message.get("method").is_none()) {
                // A GET may bring the rest of what another request asked for.
                let asked = if request.method == "GET" { &Asked::default() } else { &asked };
                judge_response(asked, message, 200);
            }
            messages
        }
    }
}

/// A JSON text; `None` if it is one that this reader cannot hold: an id may be an integer of any size, and is echoed.
fn parsed(json: &[u8]) -> Option<Value> {
    let text: &RawValue = serde_json::from_slice(json).expect("JSON");
    let value = serde_json::from_str(text.get());
    if let Err(error) = &value {
        assert!(error.to_string().contains("number out of range"), "{error}");
    }
    value.ok()
}

/// What there is to say of a request before it is answered.
#[derive(Default)]
struct Asked {
    is_batch: bool,
    /// The id, if it is one message with an id that can be told and told apart.
    id: Option<Value>,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let text = String::from_utf8_lossy(&request.body);
        let is_batch = text.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('[');
        let id = serde_json::from_str::<Value>(&text).ok().and_then(|message| message.get("id").cloned());
        // Of two members with one name the one that was read here need not be the one that was refused.
        let once = text.matches("\"id\"").count() == 1 && !text.contains("\\u00");
        Self { is_batch, id: id.filter(|id| once && (id.is_string() || id.is_i64() || id.is_u64())) }
    }
}

/// One message, and each answer as specified (JSON-RPC 2.0, 5 and 5.1; 2026-07-28 basic/index, "Responses").
fn judge_response(asked: &Asked, message: &Value, status: u16) {
    let members: BTreeSet<&str> =
        message.as_object().expect("a message is an object").keys().map(String::as_str).collect();
    assert_eq!(message["jsonrpc"], "2.0");
    match message.get("error") {
        None => {
            assert_eq!(members, BTreeSet::from(["jsonrpc", "id", "result"]));
            assert!(message["result"].is_object() && status == 200, "{message}");
        }
        Some(error) => {
            assert!(members.is_subset(&BTreeSet::from(["jsonrpc", "id", "error"])), "{message}");
            let code = error["code"].as_i64().expect("a code");
            // In a batch the status is that of all its answers.
            let fits = statuses_of(code).contains(&status) || (asked.is_batch && status == 200);
            assert!(fits, "{code} with {status}: {message}");
            assert!(error["message"].as_str().is_some_and(|said| !said.is_empty() && said.len() < 2_000));
        }
    }
    let id = message.get("id");
    assert!(id.is_none_or(|id| id.is_string() || id.is_number()), "{message}");
    if let (Some(asked), Some(answered)) = (&asked.id, id) {
        assert_eq!(asked, answered, "the answer to another request");
    }
    assert!(
        id.is_some() || status != 200 || asked.is_batch,
        "only what could not be read has no id: {message}"
    );
}

/// The messages of an event stream, whose every field and event is one that the specification of event streams knows.
fn judge_stream(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).expect("an event stream is UTF-8");
    assert!(text.is_empty() || text.ends_with("\n\n"), "whole events: {text:?}");
    assert!(!text.contains('\r'));
    let mut messages = Vec::new();
    for event in text.split_terminator("\n\n") {
        let is_endpoint = event.starts_with("event: endpoint\n");
        for line in event.lines() {
            let (field, value) = line.split_once(": ").unwrap_or((line, ""));
            match field {
                "data" if is_endpoint || value.is_empty() => {}
                "data" => {
                    let Some(message) = parsed(value.as_bytes()) else { continue };
                    assert_eq!(message["jsonrpc"], "2.0");
                    messages.push(message);
                }
                "event" => assert!(matches!(value, "message" | "endpoint"), "{line}"),
                "id" => {
                    assert!(!value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic()), "{line}");
                }
                "retry" => assert!(value.parse::<u32>().is_ok(), "{line}"),
                _ => panic!("{line:?} is no line of an event"),
            }
        }
    }
    messages
}
