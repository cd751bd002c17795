//! Whatever the bytes, there is a reply, and it is the one the specification names.

mod support;

use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Client, shop};

fn send(body: impl Into<Vec<u8>>) -> support::Answer {
    Client::sending(body.into()).header("mcp-protocol-version", "2025-11-25").send()
}

#[test]
fn what_is_not_json_is_a_parse_error() {
    let deep = "[".repeat(100_000);
    let deep_object = r#"{"a":"#.repeat(100_000);
    for body in [
        "",
        " ",
        "{",
        "}",
        "nonsense",
        "{'jsonrpc': '2.0'}",
        r#"{"jsonrpc":"2.0","id":1,"method":"ping"} {}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping",}"#,
        r#"{"jsonrpc":"2.0","id":NaN,"method":"ping"}"#,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"pi\nng\"}",
        "\u{feff}{}",
        &deep,
        &deep_object,
    ] {
        let answer = send(body);
        let start: String = body.chars().take(60).collect();
        assert_eq!(answer.refusal(), (400, -32700), "{start}");
        assert_eq!(answer.body.get("id"), None, "{start}");
    }
    for body in [&b"\xff\xfe"[..], b"{\"jsonrpc\":\"2.0\",\"id\":\"\xc3\x28\",\"method\":\"ping\"}", b"\x80"]
    {
        assert_eq!(send(body).refusal(), (400, -32700));
    }
}

#[test]
fn what_is_json_and_no_message_is_an_invalid_request() {
    let huge_id = format!(r#"{{"jsonrpc":"2.0","id":"{}","method":"ping"}}"#, "x".repeat(2000));
    let huge_number = format!(r#"{{"jsonrpc":"2.0","id":{},"method":"ping"}}"#, "9".repeat(2000));
    for (body, id) in [
        ("7", None),
        ("null", None),
        (r#""ping""#, None),
        ("{}", None),
        (r#"["2.0",1,"ping"]"#, None),
        (r#"{"id":1,"method":"ping"}"#, Some(1)),
        (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, Some(1)),
        (r#"{"jsonrpc":2.0,"id":1,"method":"ping"}"#, Some(1)),
        (r#"{"jsonrpc":"2.0","id":1}"#, Some(1)),
        (r#"{"jsonrpc":"2.0","id":1,"method":null}"#, Some(1)),
        (r#"{"jsonrpc":"2.0","id":1,"method":7}"#, Some(1)),
        (r#"{"jsonrpc":"2.0","id":1,"method":["ping"]}"#, Some(1)),
        (r#"{"jsonrpc":"2.0","id":1,"result":{},"error":{}}"#, Some(1)),
        (r#"{"jsonrpc":"2.0","result":{}}"#, None),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, None),
        (r#"{"jsonrpc":"2.0","id":true,"method":"ping"}"#, None),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, None),
        (r#"{"jsonrpc":"2.0","id":1e-3,"method":"ping"}"#, None),
        (r#"{"jsonrpc":"2.0","id":1e400,"method":"ping"}"#, None),
        (r#"{"jsonrpc":"2.0","id":[1],"method":"ping"}"#, None),
        (r#"{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}"#, None),
        (r#"{"jsonrpc":"2.0","id":"\ud800","method":"ping"}"#, None),
        (r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, None),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"}"#, None),
        (r#"{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"method":"ping"}"#, None),
        (&huge_id, None),
        (&huge_number, None),
    ] {
        let answer = send(body);
        let start: String = body.chars().take(60).collect();
        assert_eq!(answer.refusal(), (400, -32600), "{start}");
        assert_eq!(answer.body.get("id").and_then(Value::as_i64), id, "{start}");
    }
}

#[test]
fn an_id_comes_back_as_it_was() {
    // A whole number is an integer however it is written (JSON Schema, Validation, section 6.1.1): some languages write `1.0`.
    let whole = ["1.0", "-7.00", "1e3", "15e1"];
    let others = [
        r#""""#,
        r#""7""#,
        r#""1.5""#,
        "0",
        "-7",
        "123456789012345678901234567890",
        r#""\u00e9\"\n""#,
        r#""世界""#,
    ];
    for id in whole.into_iter().chain(others) {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
        let request = Client::sending(body.into_bytes()).header("mcp-protocol-version", "2025-11-25");
        let headers = request.headers.clone();
        let lookup = move |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, v)| v.clone());
        let reply = pollster::block_on(shop().handle(
            mcp::HttpRequest {
                method: "POST",
                headers: &lookup,
                origins: &request.origins,
                body: &request.body,
                platform: &request.platform,
            },
            request.caller,
        ));
        let mcp::ReplyBody::Json(json) = reply.body else { panic!("a ping is answered with JSON") };
        assert_eq!(
            String::from_utf8(json).unwrap(),
            format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{}}}}"#)
        );
    }
}

#[test]
fn parameters_of_another_type_are_invalid() {
    for params in [json!([]), json!(["x"]), json!(7), json!("x"), json!(true)] {
        let answer = Client::handshake("2025-11-25", "tools/list", params.clone()).send();
        assert_eq!(answer.refusal(), (400, -32602), "{params}");
    }
    let twice = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"stock","name":"buy"}}"#;
    assert_eq!(send(twice).refusal(), (400, -32602));
    let null = r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":null}"#;
    assert_eq!(send(null).status, 200);
}

#[test]
fn depth_is_harmless_wherever_it_is() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for template in [
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":DEEP}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":DEEP}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"x":DEEP}}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"buy","arguments":{"item":DEEP}}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"route","arguments":{"region":DEEP}}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":DEEP}}"#,
        r#"{"jsonrpc":"2.0","id":DEEP,"method":"ping"}"#,
        "DEEP",
    ] {
        let answer = Client::sending(template.replace("DEEP", &deep).into_bytes()).send();
        assert!(matches!(answer.status, 200 | 400), "{template}");
    }
}

/// Any JSON, of a size that finds something.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        known_words().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(known_words(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Words that lead somewhere, so that random messages get further than the first rule.
fn known_words() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "jsonrpc",
        "2.0",
        "id",
        "method",
        "params",
        "result",
        "error",
        "_meta",
        "name",
        "uri",
        "arguments",
        "cursor",
        "item",
        "amount",
        "gift",
        "to",
        "region",
        "count",
        "protocolVersion",
        "capabilities",
        "clientInfo",
        "version",
        "io.modelcontextprotocol/protocolVersion",
        "io.modelcontextprotocol/clientCapabilities",
        "io.modelcontextprotocol/clientInfo",
        "2026-07-28",
        "2025-11-25",
        "2025-03-26",
        "initialize",
        "ping",
        "server/discover",
        "tools/list",
        "tools/call",
        "resources/list",
        "resources/templates/list",
        "resources/read",
        "buy",
        "stock",
        "route",
        "show",
        "ask",
        "break",
        "shop://items/tea",
        "shop://items/broken",
    ])
    .prop_map(str::to_owned)
}

fn any_headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop::sample::select(vec![
        "mcp-protocol-version",
        "mcp-method",
        "mcp-name",
        "mcp-param-region",
        "mcp-param-count",
        "accept",
        "origin",
        "content-type",
    ]);
    let value =
        prop_oneof![known_words(), ".{0,12}", Just("application/json".to_owned()), "=\\?base64\\?.{0,8}\\?="];
    prop::collection::vec((name.prop_map(str::to_owned), value), 0..6)
}

/// `Answer::of` holds what is true of every reply; here also: no input makes a 5xx.
fn assert_answered(body: Vec<u8>, headers: Vec<(String, String)>) -> Result<(), TestCaseError> {
    let mut client = Client::sending(body);
    for (name, value) in headers {
        client = client.header(&name, &value);
    }
    let answer = client.send();
    prop_assert!(matches!(answer.status, 200 | 202 | 400 | 403 | 404 | 406 | 415), "{answer:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes_are_answered(body in prop::collection::vec(any::<u8>(), 0..200), headers in any_headers()) {
        assert_answered(body, headers)?;
    }

    #[test]
    fn any_json_is_answered(body in any_json(), headers in any_headers()) {
        assert_answered(body.to_string().into_bytes(), headers)?;
    }

    #[test]
    fn any_message_is_answered(
        id in any_json(), method in known_words(), params in any_json(), headers in any_headers()
    ) {
        let message = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        assert_answered(message.to_string().into_bytes(), headers)?;
    }

    #[test]
    fn any_call_is_answered(name in known_words(), arguments in any_json(), stateless in any::<bool>()) {
        let params = json!({"name": name, "arguments": arguments});
        let revision = if stateless { "2026-07-28" } else { "2025-11-25" };
        let client = Client::speaking(revision, "tools/call", params);
        assert_answered(client.body, client.headers)?;
    }

    #[test]
    fn a_cut_message_is_a_parse_error(cut in 1usize..80) {
        let whole = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "stock"}}).to_string();
        let answer = send(&whole.as_bytes()[..cut.min(whole.len() - 1)]);
        prop_assert_eq!(answer.refusal(), (400, -32700));
    }
}
