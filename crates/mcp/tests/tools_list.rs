//! The list of tools, in each revision what it knows.

#![expect(clippy::unwrap_used, reason = "a helper of tests is written as tests are")]

mod support;

use mcp::{Context, Implementation, NoArguments, Output, Server, Tool, ToolError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use support::{Caller, Client};

fn list(revision: &str) -> Value {
    Client::speaking(revision, "tools/list", json!({})).send().result().clone()
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn a_tool_shows_what_the_revision_knows() {
    for (revision, members) in [
        ("2024-11-05", vec!["description", "inputSchema", "name"]),
        ("2025-03-26", vec!["annotations", "description", "inputSchema", "name"]),
        ("2025-06-18", vec!["annotations", "description", "inputSchema", "name", "outputSchema", "title"]),
        (
            "2025-11-25",
            vec!["annotations", "description", "icons", "inputSchema", "name", "outputSchema", "title"],
        ),
        (
            "2026-07-28",
            vec!["annotations", "description", "icons", "inputSchema", "name", "outputSchema", "title"],
        ),
    ] {
        assert_eq!(keys(&list(revision)["tools"][0]), members, "{revision}");
    }
}

#[test]
fn an_outcome_that_is_a_list_has_a_schema_in_the_newest_revision_only() {
    assert_eq!(list("2025-11-25")["tools"][1]["outputSchema"], Value::Null);
    assert_eq!(
        list("2026-07-28")["tools"][1]["outputSchema"],
        json!({"type": "array", "items": {"type": "string"}})
    );
}

#[test]
fn the_schema_of_arguments_is_closed_inlined_and_portable() {
    assert_eq!(
        list("2025-11-25")["tools"][0]["inputSchema"],
        json!({
            "type": "object",
            "properties": {
                "item": {"type": "string", "description": "What to buy."},
                "amount": {"type": "integer", "minimum": 0, "description": "How many; one if left out."},
                "gift": {
                    "type": "object",
                    "properties": {"to": {"type": "string"}},
                    "required": ["to"],
                    "additionalProperties": false,
                },
            },
            "required": ["item"],
            "additionalProperties": false,
        })
    );
    assert_eq!(
        list("2025-11-25")["tools"][1]["inputSchema"],
        json!({"type": "object", "properties": {}, "additionalProperties": false})
    );
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape matters here")]
struct Parcel {
    #[serde(default)]
    zone: Option<String>,
    /// When to be there.
    #[schemars(extend("format" = "date"))]
    by: Option<String>,
    weight: u32,
    #[serde(default)]
    note: String,
    address: Address,
    #[schemars(extend("format" = "email"))]
    contact: String,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its shape matters here")]
struct Address {
    #[serde(default)]
    floor: Option<u8>,
    town: String,
    street: String,
}

#[derive(Serialize, JsonSchema)]
struct Sent {
    way: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    arrives: Option<String>,
    cost: u32,
}

fn post() -> Server<Caller> {
    let send = async |_: Context<Caller>, _: Parcel| {
        Ok(Output::new(Sent { way: String::new(), arrives: None, cost: 1 }))
    };
    Server::new(Implementation::new("post", "0")).tool(Tool::new("send", send))
}

/// Hosts call tools by position, and make functions of them whose optional parameters come last.
#[test]
fn properties_stand_as_declared_and_those_that_must_be_given_first() {
    for revision in ["2025-06-18", "2025-11-25", "2026-07-28"] {
        let answer = Client::speaking(revision, "tools/list", json!({})).send_to(&post());
        let tool = &answer.result()["tools"][0];
        let names = |schema: &Value| {
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>().join(" ")
        };
        let input = &tool["inputSchema"];
        assert_eq!(names(input), "weight address contact zone by note");
        assert_eq!(input["required"], json!(["weight", "address", "contact"]));
        assert_eq!(names(&input["properties"]["address"]), "town street floor");
        assert_eq!(names(&tool["outputSchema"]), "way cost arrives");
    }
}

#[test]
fn no_default_contradicts_its_type() {
    let answer = Client::speaking("2025-11-25", "tools/list", json!({})).send_to(&post());
    let properties = &answer.result()["tools"][0]["inputSchema"]["properties"];
    assert_eq!(properties["zone"], json!({"type": "string"}));
    assert!(properties["address"]["properties"]["floor"].get("default").is_none());
    assert_eq!(properties["note"], json!({"type": "string", "default": ""}));
}

/// Hosts hand on to their model what they know of a schema, and `format` is not always among it.
#[test]
fn a_format_is_said_in_words_too() {
    let answer = Client::speaking("2025-11-25", "tools/list", json!({})).send_to(&post());
    let properties = &answer.result()["tools"][0]["inputSchema"]["properties"];
    assert_eq!(properties["by"]["format"], "date");
    assert_eq!(properties["by"]["description"], "When to be there. Written as YYYY-MM-DD.");
    assert_eq!(properties["contact"]["description"], "Written as name@example.com.");
}

#[test]
fn the_title_has_a_place_in_every_revision_with_annotations() {
    let annotations = &list("2025-03-26")["tools"][0]["annotations"];
    assert_eq!(
        annotations,
        &json!({"title": "Buy", "readOnlyHint": false, "destructiveHint": false, "openWorldHint": false})
    );
}

#[test]
fn a_stateless_list_says_how_long_and_by_whom_it_may_be_kept() {
    let result = list("2026-07-28");
    assert_eq!(result["resultType"], "complete");
    assert!(result["ttlMs"].is_u64());
    // Some tools depend on the caller's permissions.
    assert_eq!(result["cacheScope"], "private");
    assert_eq!(result["_meta"]["io.modelcontextprotocol/serverInfo"]["version"], "1.2.3");
    assert_eq!(keys(&list("2025-11-25")), ["tools"]);
}

#[test]
fn the_order_is_that_of_the_declarations() {
    for revision in ["2025-03-26", "2026-07-28"] {
        let result = list(revision);
        let names: Vec<_> = result["tools"].as_array().unwrap().iter().map(|tool| &tool["name"]).collect();
        assert_eq!(names, ["buy", "stock", "route", "show", "ask", "break"]);
    }
}

#[test]
fn there_is_one_page() {
    let list =
        |cursor: Value| Client::handshake("2025-11-25", "tools/list", json!({"cursor": cursor})).send();
    for cursor in [json!("eHl6"), json!(7)] {
        assert_eq!(list(cursor).refusal(), (200, -32602));
    }
    // Clients exist that always send one.
    for start in [json!(""), json!(null)] {
        assert!(list(start).result()["tools"].is_array());
    }
}

#[test]
fn a_defect_is_told_to_the_programmer_and_kept_from_clients() {
    assert_eq!(support::shop().defects(), [""; 0]);

    let tool = |name: &str| Tool::new(name, async |_: Context<Caller>, _: NoArguments| Ok(String::new()));
    let server = Server::new(Implementation::new("bad", "0"))
        .tool(tool("good"))
        .tool(tool("good"))
        .tool(tool("not good"))
        .tool(Tool::new("listed", async |_: Context<Caller>, _: Vec<String>| -> Result<String, ToolError> {
            Ok(String::new())
        }));
    assert_eq!(
        server.defects(),
        [
            "tool good: another tool has its name",
            "tool not good: its name is not 1 to 128 of A-Z a-z 0-9 _ - . /",
            "tool listed: its arguments are not a struct",
        ]
    );
    let answer = Client::stateless("tools/list", json!({})).send_to(&server);
    assert_eq!(answer.result()["tools"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer.result()["cacheScope"], "public");
}
