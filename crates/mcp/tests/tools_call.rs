//! Calling a tool: its outcome, its refusals, our faults, each where it belongs.

#![expect(
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::unwrap_used,
    reason = "a helper of tests is written as tests are"
)]

mod support;

use mcp::{Context, Fault, Implementation, NoArguments, Server, Tool, ToolError};
use serde_json::{Value, json};
use support::{Caller, Client};

fn call(revision: &str, name: &str, arguments: Value) -> Client {
    Client::speaking(revision, "tools/call", json!({"name": name, "arguments": arguments}))
}

fn text(result: &Value) -> &str {
    assert_eq!(result["isError"], true, "{result}");
    assert_eq!(result["content"][0]["type"], "text");
    result["content"][0]["text"].as_str().unwrap()
}

#[test]
fn an_outcome_is_text_everywhere_and_structured_where_that_is_known() {
    let content = json!([
        {"type": "text", "text": "Bought 2 of tea."},
        {"type": "text", "text": r#"{"item":"tea","amount":2}"#},
    ]);
    for (revision, structured) in [
        ("2024-11-05", Value::Null),
        ("2025-03-26", Value::Null),
        ("2025-06-18", json!({"item": "tea", "amount": 2})),
        ("2025-11-25", json!({"item": "tea", "amount": 2})),
        ("2026-07-28", json!({"item": "tea", "amount": 2})),
    ] {
        let client = call(revision, "buy", json!({"item": "tea", "amount": 2}));
        let sold = client.caller.sold.clone();
        let answer = client.send();
        assert_eq!(answer.result()["content"], content, "{revision}");
        assert_eq!(answer.result()["structuredContent"], structured, "{revision}");
        assert_eq!(answer.result()["isError"], Value::Null);
        assert_eq!(*sold.borrow(), ["tea"]);
    }
}

#[test]
fn only_the_newest_revision_has_structured_lists() {
    assert_eq!(call("2025-11-25", "stock", json!({})).send().result()["structuredContent"], Value::Null);
    assert_eq!(
        call("2026-07-28", "stock", json!({})).send().result()["structuredContent"],
        json!(["tea", "salt"])
    );
}

#[test]
fn a_result_carries_what_its_era_wants() {
    let modern = call("2026-07-28", "stock", json!({})).send();
    assert_eq!(modern.result()["resultType"], "complete");
    assert_eq!(modern.result()["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "shop");
    assert_eq!(modern.result()["ttlMs"], Value::Null);
    let legacy = call("2025-11-25", "stock", json!({})).send();
    assert_eq!(legacy.result().as_object().unwrap().keys().collect::<Vec<_>>(), ["content"]);
}

#[test]
fn what_a_revision_does_not_know_is_shown_as_text() {
    for (revision, types) in [
        ("2024-11-05", ["text", "image", "text", "resource", "text"]),
        ("2025-03-26", ["text", "image", "audio", "resource", "text"]),
        ("2025-06-18", ["text", "image", "audio", "resource", "resource_link"]),
        ("2026-07-28", ["text", "image", "audio", "resource", "resource_link"]),
    ] {
        let answer = call(revision, "show", json!({})).send();
        let shown: Vec<_> =
            answer.result()["content"].as_array().unwrap().iter().map(|block| &block["type"]).collect();
        assert_eq!(shown, types, "{revision}");
    }
    let answer = call("2025-11-25", "show", json!({})).send();
    assert_eq!(
        answer.result()["content"][1],
        json!({"type": "image", "mimeType": "image/png", "data": "AQID"})
    );
    assert_eq!(answer.result()["content"][4]["uri"], "shop://items/salt");
    let answer = call("2025-03-26", "show", json!({})).send();
    assert_eq!(answer.result()["content"][4]["text"], "Salt: shop://items/salt");
}

#[test]
fn a_model_is_told_what_is_wrong_with_its_arguments() {
    for (arguments, needle) in [
        (json!({}), "`item` is missing."),
        (json!({"item": 7}), "`item` must be text."),
        (json!({"item": "tea", "amount": -1}), "`amount` must be a whole number of at least 0."),
        (json!({"item": "tea", "amount": "two"}), "`amount` must be a whole number of at least 0."),
        (json!({"item": "tea", "colour": "red"}), "there is no argument `colour`"),
        (json!({"item": "tea", "gift": {"to": "you", "from": "me"}}), "there is no argument `gift"),
        (json!({"item": null}), "`item` must be text."),
        // What stands for nothing may only stand for what may be left out.
        (json!({"item": "tea", "colour": null}), "there is no argument `colour`"),
    ] {
        for revision in ["2025-03-26", "2025-11-25", "2026-07-28"] {
            let client = call(revision, "buy", arguments.clone());
            let sold = client.caller.sold.clone();
            let answer = client.send();
            let said = text(answer.result());
            assert!(said.contains(needle), "{said}");
            assert!(said.contains("It takes `item` (text, required)"), "{said}");
            assert!(said.contains("`amount` (a whole number of at least 0, optional)"), "{said}");
            assert!(sold.borrow().is_empty());
        }
    }
    let answer = call("2025-11-25", "stock", json!({"x": 1})).send();
    assert!(text(answer.result()).ends_with("It takes no arguments."));
}

#[test]
fn a_tool_can_refuse_in_its_own_words() {
    let answer = call("2025-11-25", "buy", json!({"item": "tea", "amount": 0})).send();
    assert_eq!(text(answer.result()), "Nothing to buy: amount must be at least 1.");
    assert_eq!(answer.result()["structuredContent"], Value::Null);
}

#[test]
fn a_malformed_call_is_a_protocol_error() {
    for (params, needle) in [
        (json!({"name": "no-such-tool"}), "Unknown tool: no-such-tool"),
        (json!({"name": 7}), "params.name"),
        (json!({}), "params.name"),
        (json!({"name": "buy", "arguments": [1]}), "params.arguments"),
        (json!({"name": "buy", "arguments": "tea"}), "params.arguments"),
    ] {
        let answer = Client::handshake("2025-11-25", "tools/call", params).send();
        assert_eq!(answer.refusal(), (200, -32602));
        assert!(answer.message().contains(needle), "{answer:?}");
    }
    let name = "x".repeat(10_000);
    let answer = Client::stateless("tools/call", json!({"name": name})).send();
    assert_eq!(answer.refusal(), (200, -32602));
    assert!(answer.message().len() < 200);
}

#[test]
fn arguments_may_be_left_out() {
    for params in [json!({"name": "stock"}), json!({"name": "stock", "arguments": null})] {
        Client::handshake("2025-11-25", "tools/call", params).send().result();
    }
}

#[test]
fn a_fault_is_told_to_the_log_and_to_nobody_else() {
    for revision in ["2025-11-25", "2026-07-28"] {
        let answer = call(revision, "break", json!({})).send();
        assert_eq!(answer.refusal(), (200, -32603));
        assert_eq!(answer.message(), "Internal error");
        assert_eq!(answer.faults, ["the till is on fire"]);
    }
}

#[test]
fn a_tool_may_need_something_of_the_client() {
    let answer = call("2026-07-28", "ask", json!({})).send();
    assert_eq!(answer.refusal(), (400, -32021));
    assert_eq!(answer.body["error"]["data"], json!({"requiredCapabilities": {"sampling": {}}}));

    let able = call("2026-07-28", "ask", json!({})).body(|body| {
        body["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({"sampling": {}});
    });
    assert_eq!(able.send().result()["content"][0]["text"], "asked");

    let answer = call("2025-11-25", "ask", json!({})).send();
    assert!(text(answer.result()).contains("sampling"));
}

#[test]
fn who_has_too_much_under_way_is_told_when_to_try_again() {
    let server = Server::new(Implementation::new("shop", "0")).tool(Tool::new(
        "queue",
        async |_: Context<Caller>, _: NoArguments| {
            Err::<String, _>(ToolError::Fault(Fault::too_many("the queue is full", 3)))
        },
    ));
    for revision in ["2025-11-25", "2026-07-28"] {
        let answer = call(revision, "queue", json!({})).send_to(&server);
        assert_eq!(answer.refusal(), (429, 429));
        assert_eq!(answer.message(), "Too many requests at once: try again in a moment");
        let retry_after = answer.headers.iter().find(|(name, _)| *name == "retry-after");
        assert_eq!(retry_after.map(|(_, seconds)| &**seconds), Some("3"));
        assert!(answer.faults.is_empty(), "nothing broke");
    }
}
