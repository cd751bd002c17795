//! Which revision is spoken: by handshake, by header, by envelope.

mod support;

use mcp::{Era, Revision};
use serde_json::{Value, json};
use support::Client;

fn initialize(requested: &str) -> Client {
    Client::posting(json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": requested,
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "0"},
    }}))
}

#[test]
fn initialize_settles_on_what_is_asked_for_or_on_the_newest() {
    for (requested, settled) in [
        ("2025-11-25", "2025-11-25"),
        ("2025-06-18", "2025-06-18"),
        ("2025-03-26", "2025-03-26"),
        ("2024-11-05", "2024-11-05"),
        ("2024-10-07", "2025-11-25"),
        ("1999-01-01", "2025-11-25"),
        // Not to be had by a handshake.
        ("2026-07-28", "2025-11-25"),
        ("", "2025-11-25"),
    ] {
        let answer = initialize(requested).send();
        assert_eq!(answer.result()["protocolVersion"], settled, "{requested}");
        assert_eq!(answer.result()["capabilities"], json!({"resources": {}, "tools": {}}));
        assert_eq!(answer.result()["instructions"], "Buy with the tool named buy.");
        assert_eq!(answer.result()["resultType"], Value::Null);
    }
}

#[test]
fn initialize_is_a_handshake_whatever_the_header_says() {
    for header in ["2025-11-25", "2026-07-28", "1999-01-01"] {
        let answer = initialize("2025-06-18").header("mcp-protocol-version", header).send();
        assert_eq!(answer.result()["protocolVersion"], "2025-06-18", "{header}");
    }
}

#[test]
fn the_server_tells_of_itself_what_the_revision_can_hear() {
    for (revision, members) in [
        ("2024-11-05", json!(["name", "version"])),
        ("2025-03-26", json!(["name", "version"])),
        ("2025-06-18", json!(["name", "title", "version"])),
        ("2025-11-25", json!(["description", "icons", "name", "title", "version", "websiteUrl"])),
    ] {
        let answer = initialize(revision).send();
        let mut told: Vec<_> = answer.result()["serverInfo"].as_object().unwrap().keys().cloned().collect();
        told.sort();
        assert_eq!(json!(told), members, "{revision}");
    }
}

#[test]
fn initialize_wants_what_its_schema_wants() {
    for (what, member, value) in [
        ("no version", "protocolVersion", Value::Null),
        ("a version that is a number", "protocolVersion", json!(2025)),
        ("no capabilities", "capabilities", Value::Null),
        ("capabilities that are a list", "capabilities", json!([])),
        ("no client", "clientInfo", Value::Null),
        ("a client without a version", "clientInfo", json!({"name": "test"})),
    ] {
        let answer = initialize("2025-11-25").body(|body| body["params"][member] = value).send();
        assert_eq!(answer.refusal(), (200, -32602), "{what}");
    }
}

#[test]
fn a_handshake_revision_is_named_by_the_header_or_not_at_all() {
    for revision in ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] {
        Client::handshake(revision, "ping", json!({})).send().result();
    }
    Client::handshake("-", "ping", json!({})).without("mcp-protocol-version").send().result();

    let answer = Client::handshake("1999-01-01", "ping", json!({})).send();
    assert_eq!(answer.refusal(), (400, -32000));
    for revision in Revision::ALL {
        assert!(answer.message().contains(revision.as_str()), "{answer:?}");
    }
}

#[test]
fn discover_says_what_the_envelope_may_name() {
    let answer = Client::stateless("server/discover", json!({})).send();
    let result = answer.result();
    assert_eq!(result["supportedVersions"], json!(["2026-07-28"]));
    assert_eq!(result["capabilities"], json!({"resources": {}, "tools": {}}));
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["cacheScope"], "public");
    assert!(result["ttlMs"].is_u64());
    assert_eq!(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "shop");
    assert_eq!(result["instructions"], "Buy with the tool named buy.");
}

#[test]
fn who_the_server_is_stands_in_every_result_in_short_and_in_full_where_it_is_discovered() {
    let told = |method| {
        let result = Client::stateless(method, json!({})).send().result().clone();
        let who = result["_meta"]["io.modelcontextprotocol/serverInfo"].as_object().unwrap().clone();
        who.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(told("tools/list"), ["name", "version"]);
    assert_eq!(told("server/discover"), ["name", "version", "title", "description", "websiteUrl", "icons"]);
}

#[test]
fn a_revision_the_envelope_may_not_name_is_refused_with_those_it_may() {
    for requested in ["v999.0.0", "1900-01-01", "2025-11-25"] {
        let answer = Client::stateless("server/discover", json!({}))
            .header("mcp-protocol-version", requested)
            .body(|body| {
                body["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!(requested);
            })
            .send();
        assert_eq!(answer.refusal(), (400, -32022), "{requested}");
        assert_eq!(
            answer.body["error"]["data"],
            json!({"supported": ["2026-07-28"], "requested": requested})
        );
    }
}

#[test]
fn each_era_has_its_methods() {
    for method in ["initialize", "ping", "logging/setLevel", "resources/subscribe", "no/such/method"] {
        assert_eq!(Client::stateless(method, json!({})).send().refusal(), (404, -32601), "{method}");
    }
    for method in ["server/discover", "subscriptions/listen", "no/such/method"] {
        let answer = Client::handshake("2025-11-25", method, json!({})).send();
        assert_eq!(answer.refusal(), (200, -32601), "{method}");
    }
}

#[test]
fn a_server_has_the_methods_of_what_it_offers() {
    let server = mcp::Server::new(mcp::Implementation::new("bare", "0"));
    for method in ["tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read"]
    {
        let answer = Client::stateless(method, json!({})).send_to(&server);
        assert_eq!(answer.refusal(), (404, -32601), "{method}");
    }
    let answer = Client::stateless("server/discover", json!({})).send_to(&server);
    assert_eq!(answer.result()["capabilities"], json!({}));
}

#[test]
fn notifications_are_taken_and_answers_dropped() {
    let notification = |revision: &str| {
        Client::posting(json!({"jsonrpc": "2.0", "method": "notifications/initialized"}))
            .header("mcp-protocol-version", revision)
    };
    for revision in Revision::ALL {
        assert_eq!(notification(revision.as_str()).send().status, 202);
    }
    assert_eq!(notification("-").without("mcp-protocol-version").send().status, 202);
    assert_eq!(notification("1999-01-01").send().refusal(), (400, -32000));

    let response = || Client::posting(json!({"jsonrpc": "2.0", "id": 1, "result": {}}));
    assert_eq!(response().header("mcp-protocol-version", "2025-11-25").send().status, 202);
    assert_eq!(response().header("mcp-protocol-version", "2026-07-28").send().status, 400);
}

#[test]
fn revisions_are_offered_newest_first() {
    let offered: Vec<_> = Revision::of(Era::Handshake).map(Revision::as_str).collect();
    assert_eq!(offered, ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]);
}
