//! Batches: of one revision alone, bounded, answered in order.

#![expect(clippy::needless_pass_by_value, reason = "a helper of tests is written as tests are")]

mod support;

use serde_json::{Value, json};
use support::Client;

fn request(id: u64, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

fn notification() -> Value {
    json!({"jsonrpc": "2.0", "method": "notifications/initialized"})
}

#[test]
fn only_2025_03_26_has_batches() {
    let batch = || Client::posting(json!([request(1, "ping", json!({}))]));
    assert_eq!(batch().send().status, 200);
    assert_eq!(batch().header("mcp-protocol-version", "2025-03-26").send().status, 200);
    for revision in ["2024-11-05", "2025-06-18", "2025-11-25", "2026-07-28", "1999-01-01"] {
        let answer = batch().header("mcp-protocol-version", revision).send();
        assert_eq!(answer.refusal(), (400, -32600), "{revision}");
    }
}

#[test]
fn each_request_is_answered_in_its_place() {
    let answer = Client::posting(json!([
        request(1, "ping", json!({})),
        notification(),
        request(2, "no/such/method", json!({})),
        {"jsonrpc": "2.0", "id": 3, "result": {}},
        request(4, "tools/call", json!({"name": "buy", "arguments": {"item": "tea"}})),
        7,
        [request(5, "ping", json!({}))],
        request(6, "initialize", json!({})),
        request(7, "tools/call", json!({"name": "break"})),
    ]))
    .send();
    assert_eq!(answer.status, 200);
    let answers: Vec<_> = answer
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|message| (message["id"].as_u64(), message["error"]["code"].as_i64()))
        .collect();
    assert_eq!(
        answers,
        [
            (Some(1), None),
            (Some(2), Some(-32601)),
            (Some(4), None),
            (None, Some(-32600)),
            (None, Some(-32600)),
            (Some(6), Some(-32600)),
            (Some(7), Some(-32603)),
        ]
    );
    assert_eq!(answer.faults, ["the till is on fire"]);
}

#[test]
fn a_batch_that_asks_nothing_is_taken() {
    assert_eq!(Client::posting(json!([notification(), notification()])).send().status, 202);
}

#[test]
fn a_batch_is_bounded() {
    let of = |count: u64| {
        Client::posting(json!((0..count).map(|id| request(id, "ping", json!({}))).collect::<Vec<_>>()))
    };
    assert_eq!(of(0).send().refusal(), (400, -32600));
    assert_eq!(of(50).send().body.as_array().map(Vec::len), Some(50));
    assert_eq!(of(51).send().refusal(), (400, -32600));
}

#[test]
fn a_call_without_permission_fails_alone() {
    let answer = Client::posting(json!([
        request(1, "tools/call", json!({"name": "buy", "arguments": {"item": "tea"}})),
        request(2, "ping", json!({})),
    ]))
    .may(&[])
    .send();
    assert_eq!(answer.body[0]["error"]["code"], 403);
    assert_eq!(answer.body[1]["result"], json!({}));
}
