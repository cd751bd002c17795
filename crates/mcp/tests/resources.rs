//! Listing and reading resources.

mod support;

use serde_json::{Value, json};
use support::Client;

fn read(revision: &str, uri: &str) -> Client {
    Client::speaking(revision, "resources/read", json!({"uri": uri}))
}

#[test]
fn a_list_goes_on_where_its_cursor_says() {
    for revision in ["2025-03-26", "2025-11-25", "2026-07-28"] {
        let list = |params: Value| Client::speaking(revision, "resources/list", params).send();
        let first = list(json!({}));
        assert_eq!(first.result()["resources"][0]["uri"], "shop://items/tea");
        let cursor = first.result()["nextCursor"].clone();
        assert_ne!(cursor, "after tea", "a position is not to be read");

        let second = list(json!({"cursor": cursor}));
        assert_eq!(second.result()["resources"][0]["uri"], "shop://items/salt");
        assert_eq!(second.result()["nextCursor"], Value::Null);

        // Clients exist that always send one.
        for start in [json!(""), json!(null)] {
            assert_eq!(list(json!({"cursor": start})).result(), first.result(), "{start}");
        }
        for cursor in [json!("!"), json!("eHl6"), json!("/w=="), json!(7), json!({})] {
            assert_eq!(list(json!({"cursor": cursor})).refusal(), (200, -32602), "{cursor}");
        }
    }
}

#[test]
fn an_entry_shows_what_the_revision_knows() {
    for (revision, titled) in [("2025-03-26", false), ("2025-06-18", true), ("2026-07-28", true)] {
        let answer = Client::speaking(revision, "resources/list", json!({})).send();
        let entry = &answer.result()["resources"][0];
        assert_eq!(entry["title"].is_string(), titled, "{revision}");
        assert_eq!(entry["size"], 3);
        assert_eq!(entry["mimeType"], "text/plain");
        let answer = Client::speaking(revision, "resources/templates/list", json!({})).send();
        let template = &answer.result()["resourceTemplates"][0];
        assert_eq!(template["title"].is_string(), titled, "{revision}");
        assert_eq!(template["uriTemplate"], "shop://items/{name}");
    }
}

#[test]
fn data_of_the_caller_is_not_to_be_kept() {
    for (method, params) in
        [("resources/list", json!({})), ("resources/read", json!({"uri": "shop://items/tea"}))]
    {
        let answer = Client::stateless(method, params.clone()).send();
        assert_eq!(answer.result()["ttlMs"], 0);
        assert_eq!(answer.result()["cacheScope"], "private");
        let answer = Client::handshake("2025-11-25", method, params).send();
        assert_eq!(answer.result()["ttlMs"], Value::Null);
    }
}

#[test]
fn contents_are_text_or_bytes() {
    assert_eq!(
        read("2025-11-25", "shop://items/tea").send().result()["contents"],
        json!([{"uri": "shop://items/tea", "mimeType": "text/plain", "text": "tea"}])
    );
    assert_eq!(
        read("2026-07-28", "shop://pictures/x").send().result()["contents"],
        json!([{"uri": "shop://pictures/x", "mimeType": "image/png", "blob": "/wA="}])
    );
    assert_eq!(
        read("2025-11-25", "shop://items/Gr%C3%BCner%20Tee").send().result()["contents"][0]["text"],
        "Grüner Tee"
    );
}

#[test]
fn what_is_not_there_is_said_in_the_words_of_the_era() {
    for uri in ["shop://items/none", "shop://items/empty", "shop://elsewhere", "", "shop://items/a/b"] {
        let answer = read("2025-11-25", uri).send();
        assert_eq!(answer.refusal(), (200, -32002), "{uri}");
        assert_eq!(answer.body["error"]["data"], json!({"uri": uri}));
        let answer = read("2026-07-28", uri).send();
        assert_eq!(answer.refusal(), (200, -32602), "{uri}");
        assert_eq!(answer.body["error"]["data"], json!({"uri": uri}));
    }
}

#[test]
fn a_malformed_reading_is_a_protocol_error() {
    for params in [json!({}), json!({"uri": 7}), json!({"uri": null})] {
        assert_eq!(Client::handshake("2025-11-25", "resources/read", params).send().refusal(), (200, -32602));
    }
}

#[test]
fn a_fault_is_told_to_the_log_and_to_nobody_else() {
    let answer = read("2025-11-25", "shop://items/broken").send();
    assert_eq!(answer.refusal(), (200, -32603));
    assert_eq!(answer.faults, ["the shelf fell over"]);
}
