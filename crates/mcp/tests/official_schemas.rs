//! Every kind of reply against the JSON Schema that the specification publishes for its revision.
//!
//! The schemas belong to the specification and are not kept here. `MCP_SCHEMAS` names a directory that holds them as
//! `schema/<revision>/schema.json`: a checkout of the specification's repository, or what
//! `node scripts/official-schemas.mjs` writes, as the project's test command does. Without it they are looked for in
//! `target/official-schemas`. A schema that is missing there is a failure, never a test that compares nothing.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a helper of tests is written as tests are"
)]

mod support;

use std::path::{Path, PathBuf};

use mcp::Revision;
use serde_json::{Value, json};
use support::{Answer, Client};

/// One revision's schema, from which a validator of any of its types can be made.
struct Official {
    revision: &'static str,
    schema: Value,
    definitions: &'static str,
}

impl Official {
    /// Every revision but the first, whose schema is not published as a whole.
    fn all() -> Vec<Self> {
        let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/official-schemas");
        let root = std::env::var_os("MCP_SCHEMAS").map_or_else(usual, PathBuf::from);
        Revision::ALL.into_iter().skip(1).map(|revision| Self::of(&root, revision)).collect()
    }

    fn of(root: &Path, revision: Revision) -> Self {
        let file = root.join("schema").join(revision.as_str()).join("schema.json");
        let schema = std::fs::read(&file).unwrap_or_else(|error| {
            panic!(
                "{}: {error}; run `node scripts/official-schemas.mjs target/official-schemas`",
                file.display()
            )
        });
        let schema: Value = serde_json::from_slice(&schema).unwrap();
        let definitions = if schema["$defs"].is_object() { "$defs" } else { "definitions" };
        Self { revision: revision.as_str(), schema, definitions }
    }

    fn assert_valid(&self, kind: &str, value: &Value) {
        let definitions = &self.schema[self.definitions];
        assert!(definitions[kind].is_object(), "{} has no {kind}", self.revision);
        let schema = json!({
            "$schema": self.schema["$schema"],
            "$ref": format!("#/{}/{kind}", self.definitions),
            self.definitions: definitions,
        });
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{} {kind}: {errors:?}\n{value:#}", self.revision);
    }

    fn assert_result(&self, kind: &str, answer: &Answer) {
        self.assert_valid(kind, answer.result());
        self.assert_valid("JSONRPCResponse", &answer.body);
        self.assert_valid("JSONRPCMessage", &answer.body);
    }

    fn assert_error(&self, answer: &Answer) {
        let kind = match self.revision {
            "2024-11-05" | "2025-03-26" | "2025-06-18" => "JSONRPCError",
            _ => "JSONRPCErrorResponse",
        };
        self.assert_valid(kind, &answer.body);
    }

    fn send(&self, method: &str, params: Value) -> Answer {
        Client::speaking(self.revision, method, params).send()
    }
}

#[test]
fn every_result_is_valid_in_its_revision() {
    for official in Official::all() {
        official.assert_result("ListToolsResult", &official.send("tools/list", json!({})));
        official.assert_result("ListResourcesResult", &official.send("resources/list", json!({})));
        official.assert_result(
            "ListResourceTemplatesResult",
            &official.send("resources/templates/list", json!({})),
        );
        for uri in ["shop://items/tea", "shop://pictures/x"] {
            official
                .assert_result("ReadResourceResult", &official.send("resources/read", json!({"uri": uri})));
        }
        for (name, arguments) in [
            ("buy", json!({"item": "tea"})),
            ("buy", json!({"item": 7})),
            ("buy", json!({"item": "tea", "amount": 0})),
            ("stock", json!({})),
            ("show", json!({})),
        ] {
            let answer = official.send("tools/call", json!({"name": name, "arguments": arguments}));
            official.assert_result("CallToolResult", &answer);
        }
        if official.revision == "2026-07-28" {
            official.assert_result("DiscoverResult", &official.send("server/discover", json!({})));
        } else {
            official.assert_result("EmptyResult", &official.send("ping", json!({})));
            let hello = json!({
                "protocolVersion": official.revision,
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "0"},
            });
            official.assert_result("InitializeResult", &official.send("initialize", hello));
        }
    }
}

#[test]
fn every_error_to_a_request_is_valid_in_its_revision() {
    for official in Official::all() {
        for (method, params) in [
            ("no/such/method", json!({})),
            ("tools/call", json!({"name": "no-such-tool"})),
            ("tools/call", json!({"name": "break"})),
            ("resources/read", json!({"uri": "shop://items/none"})),
            ("resources/list", json!({"cursor": "!"})),
        ] {
            official.assert_error(&official.send(method, params));
        }
        let call = Client::speaking(official.revision, "tools/call", json!({"name": "buy"}));
        official.assert_error(&call.may(&[]).send());
    }
}

#[test]
fn every_error_of_the_stateless_checks_has_its_own_type() {
    let Some(official) = Official::all().pop() else { return };
    let list = || Client::stateless("tools/list", json!({}));
    let version = "io.modelcontextprotocol/protocolVersion";
    for (kind, client) in [
        ("HeaderMismatchError", list().without("mcp-method")),
        (
            "UnsupportedProtocolVersionError",
            list()
                .header("mcp-protocol-version", "1900-01-01")
                .body(|body| body["params"]["_meta"][version] = json!("1900-01-01")),
        ),
        ("MissingRequiredClientCapabilityError", Client::stateless("tools/call", json!({"name": "ask"}))),
    ] {
        official.assert_valid(kind, &client.send().body);
    }
    // What is refused before an id is read has none, which this revision allows.
    official.assert_error(&list().method("GET").send());
    official.assert_error(&Client::sending(b"{".to_vec()).send());
}

/// A tool's own schemas are held against its dialect, and its structured content against its schema.
#[test]
fn the_schemas_of_tools_are_themselves_valid() {
    let list = Client::stateless("tools/list", json!({})).send();
    for tool in list.result()["tools"].as_array().unwrap() {
        jsonschema::draft202012::meta::validate(&tool["inputSchema"]).unwrap();
        if tool["outputSchema"].is_object() {
            jsonschema::draft202012::meta::validate(&tool["outputSchema"]).unwrap();
        }
    }
    for (index, name, arguments) in [(0, "buy", json!({"item": "tea"})), (1, "stock", json!({}))] {
        let schema = &list.result()["tools"][index]["outputSchema"];
        let answer = Client::stateless("tools/call", json!({"name": name, "arguments": arguments})).send();
        jsonschema::draft202012::validate(schema, &answer.result()["structuredContent"]).unwrap();
    }
}
