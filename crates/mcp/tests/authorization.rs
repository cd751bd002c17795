//! What a caller may not do is not shown to them, and refused with everything they would need.

#![expect(clippy::unwrap_used, reason = "a helper of tests is written as tests are")]

mod support;

use serde_json::{Value, json};
use support::Client;

const REVISIONS: [&str; 3] = ["2025-03-26", "2025-11-25", "2026-07-28"];

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().filter_map(|entry| entry["name"].as_str()).collect()
}

#[test]
fn a_list_shows_what_the_caller_may_use() {
    for revision in REVISIONS {
        let list = |method: &str, scopes| Client::speaking(revision, method, json!({})).may(scopes).send();
        assert_eq!(names(&list("tools/list", &["shop:read"]).result()["tools"])[0], "stock");
        assert_eq!(names(&list("tools/list", support::EVERYTHING).result()["tools"])[0], "buy");
        let templates = list("resources/templates/list", &[]);
        assert_eq!(names(&templates.result()["resourceTemplates"]), ["Picture"]);
        assert_eq!(list("resources/list", &[]).result()["resources"], json!([]));
    }
}

#[test]
fn a_call_without_permission_names_all_it_needs() {
    for revision in REVISIONS {
        let params = json!({"name": "buy", "arguments": {"item": "tea"}});
        let client = Client::speaking(revision, "tools/call", params).may(&["shop:read"]);
        let sold = client.caller.sold.clone();
        let answer = client.send();
        assert_eq!(answer.refusal(), (403, 403), "{revision}");
        assert_eq!(answer.required_permissions, ["shop:buy", "shop:read"]);
        assert_eq!(answer.body["id"], 1);
        assert!(sold.borrow().is_empty());
    }
}

#[test]
fn a_reading_without_permission_names_all_it_needs() {
    for revision in REVISIONS {
        let params = json!({"uri": "shop://items/tea"});
        let answer = Client::speaking(revision, "resources/read", params).may(&[]).send();
        assert_eq!(answer.status, 403);
        assert_eq!(answer.required_permissions, ["shop:read"]);
    }
}

#[test]
fn everything_is_allowed_unless_the_application_says_otherwise() {
    assert!(mcp::Authorize::may(&(), "anything"));
}
