//! Every way in, held to every check: what one way is refused for, each is.
//!
//! The same table over real HTTP, with tokens and hosts, is the suite `mcp-ways-in`.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper of tests is written as tests are"
)]

mod held;
mod support;

use std::rc::Rc;

use held::Watched;
use mcp::{
    Context, Fault, HttpReply, HttpRequest, Implementation, NoArguments, Platform, SealingKey, Server,
    SseEndpoint, Tool, ToolError,
};
use serde_json::{Value, json};
use support::{Caller, Client, EVERYTHING, NOW_MS};

/// A server that knows what was done.
fn server() -> Server<Caller> {
    Server::new(Implementation::new("shop", "0")).updates().logs().tool(Tool::new(
        "buy",
        async |cx: Context<Caller>, _: NoArguments| {
            // As a store does that was told of the end.
            if cx.app().ended.get() {
                return Err(ToolError::Fault(Fault::access_ended()));
            }
            cx.app().sold.borrow_mut().push("tea".to_owned());
            Ok("bought".to_owned())
        },
    ))
}

fn call() -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "buy"}})
}

fn cancellation() -> Value {
    let params = json!({"requestId": 1});
    json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params})
}

fn answer() -> Value {
    json!({"jsonrpc": "2.0", "id": "name-9.AAAAAAAAAAAAAAAAAAAAAA", "result": {}})
}

/// Where a request goes, and how it names its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Address {
    Endpoint,
    Sse,
    SseMessages,
}

/// One way in: a request as it should be.
#[derive(Clone)]
struct Way {
    name: &'static str,
    address: Address,
    method: &'static str,
    /// The revision of the session it belongs to.
    revision: &'static str,
    body: Vec<u8>,
    /// The status of the answer.
    status: u16,
}

fn ways() -> Vec<Way> {
    let posting = |name, revision, body: Value, status| Way {
        name,
        address: Address::Endpoint,
        method: "POST",
        revision,
        body: body.to_string().into_bytes(),
        status,
    };
    let empty = |name, address, method, status| Way {
        name,
        address,
        method,
        revision: "2025-11-25",
        body: Vec::new(),
        status,
    };
    let to_sse =
        |name, body: Value| Way { address: Address::SseMessages, ..posting(name, "2025-11-25", body, 202) };
    vec![
        posting("a request, 2024-11-05", "2024-11-05", call(), 200),
        posting("a request, 2025-03-26", "2025-03-26", call(), 200),
        posting("a request, 2025-06-18", "2025-06-18", call(), 200),
        posting("a request, 2025-11-25", "2025-11-25", call(), 200),
        posting("a notification", "2025-11-25", cancellation(), 202),
        posting("a response", "2025-11-25", answer(), 202),
        posting("a batch", "2025-03-26", json!([call(), cancellation()]), 200),
        posting("a batch of notifications", "2025-03-26", json!([cancellation()]), 202),
        posting("a batch of responses", "2025-03-26", json!([answer()]), 202),
        empty("GET", Address::Endpoint, "GET", 200),
        empty("DELETE", Address::Endpoint, "DELETE", 204),
        empty("HTTP+SSE, the stream", Address::Sse, "GET", 200),
        to_sse("HTTP+SSE, a request", call()),
        to_sse("HTTP+SSE, a notification", cancellation()),
        to_sse("HTTP+SSE, a response", answer()),
    ]
}

/// A client and its session.
struct Guest {
    sessions: Rc<Watched>,
    id: String,
    caller: Caller,
}

impl Guest {
    fn arriving(revision: &str) -> Self {
        let mut guest = Self {
            sessions: Watched::new(),
            id: String::new(),
            caller: Caller { name: "ada", client: "full", scopes: EVERYTHING, ..Caller::default() },
        };
        let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "x", "version": "0"}}});
        let client =
            Client { caller: guest.caller.clone(), platform: guest.platform(), ..Client::posting(hello) };
        let reply = client.reply_of(&server());
        let (_, id) = reply.headers.iter().find(|(name, _)| *name == "mcp-session-id").unwrap();
        id.clone().into_owned().clone_into(&mut guest.id);
        guest
    }

    fn platform(&self) -> Platform {
        self.sessions.platform()
    }

    /// The way, as this client goes it.
    fn going(&self, way: &Way) -> Client {
        let client = Client {
            caller: self.caller.clone(),
            platform: self.platform(),
            ..Client::sending(way.body.clone())
        };
        let client = client.method(way.method).header("mcp-session-id", &self.id);
        // A stream that opens a session names none.
        if way.address == Address::Sse { client.without("mcp-session-id") } else { client }
    }
}

/// Sends it, works off what there is to do after the answer, and gives the answer.
fn send(client: Client, way: &Way) -> HttpReply {
    let headers = client.headers;
    let lookup = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let session = lookup("mcp-session-id").unwrap_or_default();
    let request = HttpRequest {
        method: client.method,
        headers: &lookup,
        origins: &client.origins,
        body: &client.body,
        platform: &client.platform,
    };
    let server = server();
    let mut reply = pollster::block_on(async {
        match way.address {
            Address::Endpoint => server.handle(request, client.caller).await,
            Address::Sse => {
                server.handle_sse(request, SseEndpoint::Stream { messages: "/m" }, client.caller).await
            }
            Address::SseMessages => {
                server.handle_sse(request, SseEndpoint::Messages { session: &session }, client.caller).await
            }
        }
    });
    if let Some(rest) = reply.rest.take() {
        assert!(pollster::block_on(rest).is_empty());
    }
    reply
}

fn code(reply: &HttpReply) -> i64 {
    let mcp::ReplyBody::Json(json) = &reply.body else { panic!("{reply:?}") };
    serde_json::from_slice::<Value>(json).unwrap()["error"]["code"].as_i64().unwrap()
}

/// Whether anything came of it.
fn nothing_happened(guest: &Guest, sold: &Caller) -> bool {
    sold.sold.borrow().is_empty() && guest.sessions.is_untouched()
}

#[test]
fn each_way_is_one() {
    for way in ways() {
        let guest = Guest::arriving(way.revision);
        let reply = send(guest.going(&way), &way);
        assert_eq!(reply.status, way.status, "{}: {reply:?}", way.name);
        let called = String::from_utf8_lossy(&way.body).contains("tools/call");
        assert_eq!(guest.caller.sold.borrow().len(), usize::from(called), "{}", way.name);
    }
}

#[test]
fn whoever_is_let_in_no_more_is_told_so_in_each_way_and_nothing_is_done() {
    for way in ways() {
        let guest = Guest::arriving(way.revision);
        guest.caller.ended.set(true);
        let reply = send(guest.going(&way), &way);
        assert_eq!((reply.status, reply.access_ended), (401, true), "{}: {reply:?}", way.name);
        assert_eq!(code(&reply), mcp::code::ACCESS_ENDED, "{}", way.name);
        assert!(reply.faults.is_empty(), "{}: nothing broke", way.name);
        assert!(nothing_happened(&guest, &guest.caller), "{}", way.name);
    }
}

#[test]
fn what_is_told_to_everybody_needs_no_confirmation() {
    for method in ["ping", "tools/list"] {
        let guest = Guest::arriving("2025-11-25");
        guest.caller.ended.set(true);
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method}).to_string().into_bytes();
        let way = Way { body, ..ways().remove(3) };
        assert_eq!(send(guest.going(&way), &way).status, 200, "{method}");
    }
}

#[test]
fn a_batch_that_is_begun_answers_each_part() {
    let guest = Guest::arriving("2025-03-26");
    guest.caller.ended.set(true);
    let ping = json!({"jsonrpc": "2.0", "id": 0, "method": "ping"});
    let body = json!([ping, call(), cancellation()]).to_string().into_bytes();
    let way = Way { body, revision: "2025-03-26", ..ways().remove(1) };
    let reply = send(guest.going(&way), &way);
    assert_eq!((reply.status, reply.access_ended), (200, false));
    let mcp::ReplyBody::Json(json) = &reply.body else { panic!("{reply:?}") };
    let answers: Value = serde_json::from_slice(json).unwrap();
    assert_eq!(answers[0]["result"], json!({}));
    for refused in [&answers[1], &answers[2]] {
        assert_eq!(refused["error"]["code"], mcp::code::ACCESS_ENDED, "{answers}");
    }
    assert!(nothing_happened(&guest, &guest.caller));
}

/// What is wrong with a request, how it comes to be so, and how it is refused. The last says which ways have that check.
type Check = (&'static str, fn(&Guest, Client) -> Client, (u16, i64), fn(&Way) -> bool);

const EVERY: fn(&Way) -> bool = |_| true;
const IN_A_SESSION: fn(&Way) -> bool = |way| way.address != Address::Sse;
const WITH_A_BODY: fn(&Way) -> bool = |way| way.method == "POST";

const CHECKS: &[Check] = &[
    ("a page from elsewhere", |_, c| c.header("origin", "https://evil.example"), (403, -32000), EVERY),
    ("a page without an origin", |_, c| c.header("origin", "null"), (403, -32000), EVERY),
    ("a method that there is not", |_, c| c.method("PUT"), (405, -32000), EVERY),
    (
        "a revision that there is not",
        |_, c| c.header("mcp-protocol-version", "1999-01-01"),
        (400, -32000),
        // Of a batch, what is wrong is that it is one.
        |way| !way.body.starts_with(b"["),
    ),
    (
        "a revision that there is not, with a batch",
        |_, c| c.header("mcp-protocol-version", "1999-01-01"),
        (400, -32600),
        |way| way.body.starts_with(b"["),
    ),
    ("an unknown session", |_, c| c.header("mcp-session-id", "nope"), (404, -32001), IN_A_SESSION),
    (
        "an altered session",
        |guest, c| c.header("mcp-session-id", &format!("{}A", guest.id)),
        (404, -32001),
        IN_A_SESSION,
    ),
    (
        "an ended session",
        |guest, c| {
            let ended = ways().into_iter().find(|way| way.method == "DELETE").unwrap();
            assert_eq!(send(guest.going(&ended), &ended).status, 204);
            c
        },
        (404, -32001),
        IN_A_SESSION,
    ),
    (
        "another person's session",
        |_, mut c| {
            c.caller.name = "eve";
            c
        },
        (404, -32001),
        IN_A_SESSION,
    ),
    (
        "a session of another client of the same person",
        |_, mut c| {
            c.caller.client = "read-only";
            c
        },
        (404, -32001),
        IN_A_SESSION,
    ),
    (
        "a session that is too old",
        |guest, c| {
            let week = 7 * 24 * 60 * 60 * 1_000;
            let platform = Platform::at(NOW_MS + week).key(SealingKey::new([7; 32]));
            Client { platform: platform.sessions(guest.sessions.clone()), ..c }
        },
        (404, -32001),
        IN_A_SESSION,
    ),
    ("no Content-Type", |_, c| c.without("content-type"), (415, -32000), WITH_A_BODY),
    ("another Content-Type", |_, c| c.header("content-type", "text/plain"), (415, -32000), WITH_A_BODY),
    (
        "a body that is too large",
        |_, c| Client { body: vec![b' '; mcp::MAX_BODY_BYTES + 1], ..c },
        (413, -32000),
        WITH_A_BODY,
    ),
    ("a body that is no JSON", |_, c| Client { body: b"{".to_vec(), ..c }, (400, -32700), WITH_A_BODY),
    ("a body that is no message", |_, c| Client { body: b"{}".to_vec(), ..c }, (400, -32600), WITH_A_BODY),
    (
        "a message that is two things",
        |_, c| Client { body: br#"{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}"#.to_vec(), ..c },
        (400, -32600),
        WITH_A_BODY,
    ),
    (
        "an Accept without JSON",
        |_, c| c.header("accept", "text/html"),
        (406, -32000),
        |way| {
            // What is posted to HTTP+SSE is answered elsewhere, and DELETE with nothing.
            way.address != Address::SseMessages && way.method != "DELETE"
        },
    ),
];

#[test]
fn each_way_passes_each_check() {
    for way in ways() {
        for (why, spoil, refusal, _) in CHECKS.iter().filter(|(.., has)| has(&way)) {
            let guest = Guest::arriving(way.revision);
            let spoilt = spoil(&guest, guest.going(&way));
            guest.sessions.called.borrow_mut().clear();
            let reply = send(spoilt, &way);
            assert_eq!((reply.status, code(&reply)), *refusal, "{}, {why}: {reply:?}", way.name);
            assert!(nothing_happened(&guest, &guest.caller), "{}, {why}", way.name);
        }
    }
}

/// Only 2025-03-26 has batches, whatever the header says or leaves out.
#[test]
fn a_batch_in_a_session_of_another_revision_is_refused() {
    let batch = ways().into_iter().find(|way| way.name == "a batch").unwrap();
    for revision in ["2024-11-05", "2025-06-18", "2025-11-25"] {
        for header in [None, Some("2025-03-26"), Some(revision), Some("2026-07-28")] {
            let guest = Guest::arriving(revision);
            let client = guest.going(&batch);
            let client = match header {
                Some(header) => client.header("mcp-protocol-version", header),
                None => client,
            };
            let reply = send(client, &batch);
            assert_eq!((reply.status, code(&reply)), (400, -32600), "{revision} {header:?}");
            assert!(nothing_happened(&guest, &guest.caller));
        }
    }
}

/// HTTP+SSE is told what it lacks, in words that fit its addresses.
#[test]
fn a_method_that_there_is_not_is_answered_with_those_that_there_are() {
    for (address, method, allow, words) in [
        (Address::Endpoint, "PUT", "GET, POST, DELETE", "use GET, POST or DELETE"),
        (Address::Sse, "POST", "GET", "use GET; the stream that a GET opens names the address to post to"),
        (Address::SseMessages, "GET", "POST", "use POST"),
    ] {
        let way = Way { address, method, ..ways().remove(3) };
        let guest = Guest::arriving(way.revision);
        let reply = send(guest.going(&way), &way);
        let allowed =
            reply.headers.iter().find(|(name, _)| *name == "allow").map(|(_, value)| value.as_ref());
        assert_eq!((reply.status, allowed), (405, Some(allow)), "{address:?}");
        let mcp::ReplyBody::Json(json) = &reply.body else { panic!("{reply:?}") };
        let json = String::from_utf8_lossy(json);
        assert!(json.contains(&format!("\"Method not allowed: {words}\"")), "{json}");
    }
}

#[test]
fn a_message_that_must_name_a_session_and_does_not_is_told_so() {
    for way in ways().into_iter().filter(|way| way.address == Address::SseMessages || way.method != "POST") {
        if way.address == Address::Sse {
            continue;
        }
        let guest = Guest::arriving(way.revision);
        let reply = send(guest.going(&way).without("mcp-session-id"), &way);
        assert_eq!((reply.status, code(&reply)), (400, -32000), "{}", way.name);
        assert!(nothing_happened(&guest, &guest.caller));
    }
}

/// In a batch each message does what it would do alone.
#[test]
fn a_batch_belongs_to_its_session() {
    let guest = Guest::arriving("2025-03-26");
    let level = |id: u64, level: &str| json!({"jsonrpc": "2.0", "id": id, "method": "logging/setLevel", "params": {"level": level}});
    let stateless = json!({"jsonrpc": "2.0", "id": 3, "method": "tools/list", "params": {"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}}});
    let doubled = json!({"jsonrpc": "2.0", "id": 4, "method": "ping", "params": []});
    let body = json!([level(1, "info"), level(2, "loud"), stateless, doubled, cancellation()]);
    let way = Way { body: body.to_string().into_bytes(), ..ways().remove(6) };
    let reply = send(guest.going(&way), &way);
    assert_eq!(reply.status, 200);
    let mcp::ReplyBody::Json(json) = &reply.body else { panic!("{reply:?}") };
    let answers: Vec<Value> = serde_json::from_slice(json).unwrap();
    let codes: Vec<_> = answers.iter().map(|answer| answer["error"]["code"].as_i64()).collect();
    assert_eq!(codes, [None, Some(-32602), Some(-32600), Some(-32602)]);
    assert_eq!(guest.sessions.calls_of("set_log_level"), 1);
    assert_eq!(guest.sessions.calls_of("cancel"), 1);
}
