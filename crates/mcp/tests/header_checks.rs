//! Every check of headers and of the envelope, one row for each way to fail it.

mod support;

use serde_json::{Value, json};
use support::Client;

type Row = (&'static str, Client, (u16, i64));

fn assert_rows(rows: Vec<Row>) {
    for (what, client, expected) in rows {
        let answer = client.send();
        assert_eq!(answer.refusal(), expected, "{what}: {answer:?}");
    }
}

/// Neither refused: the status of a result, and no error.
const PASSES: (u16, i64) = (200, 0);

#[test]
fn the_transport_is_asked_before_the_body_is_read() {
    let ping = || Client::handshake("2025-11-25", "ping", json!({}));
    let garbage = || Client::sending(b"\xff{".to_vec());
    assert_rows(vec![
        ("no origin: not a page", ping(), PASSES),
        ("an allowed page", ping().header("origin", "https://page.example"), PASSES),
        ("another page", ping().header("origin", "https://evil.example"), (403, -32000)),
        ("an opaque origin", ping().header("origin", "null"), (403, -32000)),
        (
            "a page of an allowed host on another port",
            ping().header("origin", "https://page.example:1"),
            (403, -32000),
        ),
        ("this machine, unless allowed", ping().header("origin", "http://localhost:3000"), (403, -32000)),
        ("another page with a wrong method", ping().header("origin", "x").method("GET"), (403, -32000)),
        ("GET", ping().method("GET"), (405, -32000)),
        ("DELETE", ping().method("DELETE"), (405, -32000)),
        ("PUT", ping().method("PUT"), (405, -32000)),
        ("wants a page", ping().header("accept", "text/html"), (406, -32000)),
        ("wants a stream and nothing else", ping().header("accept", "text/event-stream"), (406, -32000)),
        ("refuses JSON", ping().header("accept", "application/json;q=0, text/html"), (406, -32000)),
        (
            "refuses JSON, to three decimals",
            ping().header("accept", "application/json; q=0.000"),
            (406, -32000),
        ),
        ("takes anything", ping().header("accept", "*/*"), PASSES),
        (
            "takes any application type, in part",
            ping().header("accept", "text/html;q=1, Application/*;q=0.1"),
            PASSES,
        ),
        ("does not say what it takes", ping().without("accept"), PASSES),
        ("sends text", ping().header("content-type", "text/plain"), (415, -32000)),
        ("does not say what it sends", ping().without("content-type"), (415, -32000)),
        (
            "sends JSON with a charset",
            ping().header("content-type", "Application/JSON; charset=utf-8"),
            PASSES,
        ),
        ("garbage as text", garbage().header("content-type", "text/plain"), (415, -32000)),
        ("too much", Client::sending(vec![b' '; mcp::MAX_BODY_BYTES + 1]), (413, -32000)),
        ("just not too much", Client::sending(vec![b' '; mcp::MAX_BODY_BYTES]), (400, -32700)),
    ]);
}

#[test]
fn loopback_pages_are_let_in_by_choice() {
    let origins = mcp::Origins::none().allow_loopback();
    for (origin, allowed) in [
        ("http://localhost:6274", true),
        ("http://127.0.0.1:3000", true),
        ("https://localhost", true),
        ("http://[::1]:3000", true),
        ("http://localhost.evil.example", false),
        ("http://localhost:3000.evil.example", false),
        ("http://evil.example:3000", false),
        ("http://127.0.0.1.evil.example", false),
        ("http://[::1].evil.example", false),
        ("ftp://localhost", false),
        ("null", false),
    ] {
        assert_eq!(origins.allows(origin), allowed, "{origin}");
    }
}

#[test]
fn the_envelope_must_be_complete() {
    let list = || Client::stateless("tools/list", json!({}));
    let meta = |change: fn(&mut Value)| list().body(move |body| change(&mut body["params"]["_meta"]));
    assert_rows(vec![
        ("complete", list(), PASSES),
        ("no params", list().body(|body| body["params"] = Value::Null), (400, -32602)),
        ("params are a list", list().body(|body| body["params"] = json!([])), (400, -32602)),
        ("no _meta", list().body(|body| body["params"] = json!({})), (400, -32602)),
        ("_meta is a list", list().body(|body| body["params"]["_meta"] = json!([1, 2, 3])), (400, -32602)),
        (
            "no version",
            meta(|meta| {
                meta.as_object_mut().unwrap().remove("io.modelcontextprotocol/protocolVersion");
            }),
            (400, -32602),
        ),
        (
            "version is a number",
            meta(|meta| meta["io.modelcontextprotocol/protocolVersion"] = json!(2026)),
            (400, -32602),
        ),
        (
            "no capabilities",
            meta(|meta| meta["io.modelcontextprotocol/clientCapabilities"] = Value::Null),
            (400, -32602),
        ),
        (
            "capabilities are a list",
            meta(|meta| meta["io.modelcontextprotocol/clientCapabilities"] = json!([])),
            (400, -32602),
        ),
        ("no client name", meta(|meta| meta["io.modelcontextprotocol/clientInfo"] = Value::Null), PASSES),
        (
            "an unreadable client name",
            meta(|meta| meta["io.modelcontextprotocol/clientInfo"] = json!(7)),
            PASSES,
        ),
    ]);
}

#[test]
fn headers_must_repeat_the_body() {
    let list = || Client::stateless("tools/list", json!({}));
    let call = || Client::stateless("tools/call", json!({"name": "stock"}));
    let read = || Client::stateless("resources/read", json!({"uri": "shop://items/tea"}));
    assert_rows(vec![
        ("no version header", list().without("mcp-protocol-version"), (400, -32020)),
        ("another version", list().header("mcp-protocol-version", "2025-11-25"), (400, -32020)),
        ("a version of none", list().header("mcp-protocol-version", "v999.0.0"), (400, -32020)),
        ("white space around the version", list().header("mcp-protocol-version", " 2026-07-28\t"), PASSES),
        ("no method header", list().without("mcp-method"), (400, -32020)),
        ("another method", list().header("mcp-method", "tools/call"), (400, -32020)),
        ("a method in capitals", list().header("mcp-method", "TOOLS/LIST"), (400, -32020)),
        (
            "a method encoded, which only names may be",
            list().header("mcp-method", "=?base64?dG9vbHMvbGlzdA==?="),
            (400, -32020),
        ),
        ("no name header", call().without("mcp-name"), (400, -32020)),
        ("another name", call().header("mcp-name", "buy"), (400, -32020)),
        ("the name, encoded", call().header("mcp-name", "=?base64?c3RvY2s=?="), PASSES),
        ("the name, badly encoded", call().header("mcp-name", "=?base64?c3RvY2s?="), (400, -32020)),
        ("white space around the name", call().header("mcp-name", "  stock  "), PASSES),
        ("no address header", read().without("mcp-name"), (400, -32020)),
        ("the address", read(), PASSES),
        ("another address", read().header("mcp-name", "shop://items/salt"), (400, -32020)),
        ("a name header where there is no name", list().header("mcp-name", "anything"), PASSES),
        ("no name in the body", call().body(|body| body["params"]["name"] = Value::Null), (200, -32602)),
        ("a session id means nothing", list().header("mcp-session-id", "x"), PASSES),
        (
            "the handshake era mirrors nothing",
            Client::handshake("2025-11-25", "tools/list", json!({})).header("mcp-method", "x"),
            PASSES,
        ),
    ]);
}

#[test]
fn mirrored_parameters_must_repeat_the_arguments() {
    let call =
        |arguments: Value| Client::stateless("tools/call", json!({"name": "route", "arguments": arguments}));
    let region = |value: &str| call(json!({"region": "Hello"})).header("mcp-param-region", value);
    let count = |value: &str| call(json!({"count": 42})).header("mcp-param-count", value);
    assert_rows(vec![
        ("the value", region("Hello"), PASSES),
        ("the value, encoded", region("=?base64?SGVsbG8=?="), PASSES),
        ("another value", region("hello"), (400, -32020)),
        ("bad padding", region("=?base64?SGVsbG8?="), (400, -32020)),
        ("bad characters", region("=?base64?SGVs!!!bG8=?="), (400, -32020)),
        ("not ASCII", region("Héllo"), (400, -32020)),
        (
            "the encoding without its beginning is a value",
            call(json!({"region": "SGVsbG8="})).header("mcp-param-region", "SGVsbG8="),
            PASSES,
        ),
        (
            "the encoding without its end is a value",
            call(json!({"region": "=?base64?SGVsbG8="})).header("mcp-param-region", "=?base64?SGVsbG8="),
            PASSES,
        ),
        ("left out of the headers", call(json!({"region": "Hello"})), (400, -32020)),
        ("left out of both", call(json!({})), PASSES),
        ("null in the body", call(json!({"region": null})), PASSES),
        ("left out of the body", call(json!({})).header("mcp-param-region", "Hello"), (400, -32020)),
        ("a number", count("42"), PASSES),
        ("the same number", count("42.0"), PASSES),
        ("another number", count("43"), (400, -32020)),
        ("no number", count("forty-two"), (400, -32020)),
        ("no arguments at all", Client::stateless("tools/call", json!({"name": "route"})), PASSES),
        (
            "the handshake era mirrors nothing",
            Client::handshake(
                "2025-11-25",
                "tools/call",
                json!({"name": "route", "arguments": {"region": "Hello"}}),
            ),
            PASSES,
        ),
    ]);
}

#[test]
fn a_refusal_names_the_request_it_refuses() {
    for client in [
        Client::stateless("tools/list", json!({})).without("mcp-method"),
        Client::stateless("no/such/method", json!({})),
        Client::stateless("tools/list", json!({})).body(|body| body["params"] = json!({})),
        Client::handshake("1999-01-01", "ping", json!({})),
    ] {
        let answer = client.body(|body| body["id"] = json!("an id")).send();
        assert_eq!(answer.body["id"], "an id", "{answer:?}");
    }
}

#[test]
fn preflights_can_name_every_header_a_client_may_send() {
    let names = support::shop().cors_allowed_headers();
    for name in [
        "Authorization",
        "MCP-Protocol-Version",
        "Mcp-Method",
        "Mcp-Name",
        "mcp-param-count",
        "mcp-param-region",
    ] {
        assert!(names.split(", ").any(|listed| listed == name), "{name} in {names}");
    }
}
