//! Schemas that were made before are as good as those that are derived.

mod support;

use mcp::{
    Content, Context, Implementation, NoArguments, Output, Prompt, PromptMessage, Server, Tool, ToolError,
    ToolSchemas,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use support::{Caller, Client};

#[derive(Deserialize, JsonSchema)]
struct Order {
    /// What to buy.
    item: String,
    amount: Option<u8>,
}

/// The arguments of a prompt, which are texts.
#[derive(Deserialize, JsonSchema)]
struct Letter {
    to: String,
}

/// The same, of which no schema can be derived.
#[derive(Deserialize)]
struct PlainOrder {
    item: String,
    amount: Option<u8>,
}

#[derive(Deserialize)]
struct PlainLetter {
    to: String,
}

#[derive(Serialize, JsonSchema)]
struct Receipt {
    text: String,
}

fn receipt(item: &str, amount: Option<u8>) -> Output<Receipt> {
    Output::new(Receipt { text: format!("{} {item}", amount.unwrap_or(1)) })
}

fn derived() -> Server<Caller> {
    Server::new(Implementation::new("shop", "0"))
        .tool(Tool::new("buy", async |_: Context<Caller>, order: Order| {
            Ok(receipt(&order.item, order.amount))
        }))
        .prompt(Prompt::new("ask", async |_: Context<Caller>, letter: Letter| {
            Ok(vec![PromptMessage::user(Content::text(letter.to))])
        }))
}

fn prebuilt() -> Server<Caller> {
    let keep = |schemas: ToolSchemas| serde_json::to_string(&schemas).unwrap_or_default();
    let buy = ToolSchemas::from_json(&keep(ToolSchemas::derived::<Order, Output<Receipt>>()));
    let letter = ToolSchemas::from_json(&keep(ToolSchemas::derived::<Letter, String>()));
    Server::new(Implementation::new("shop", "0"))
        .prompt(Prompt::with_schema("ask", letter.input, async |_: Context<Caller>, letter: PlainLetter| {
            Ok(vec![PromptMessage::user(Content::text(letter.to))])
        }))
        .tool(Tool::with_schemas("buy", buy, async |_: Context<Caller>, order: PlainOrder| {
            Ok(receipt(&order.item, order.amount))
        }))
}

#[test]
fn what_is_listed_and_what_is_answered_is_the_same() {
    let call = |arguments: Value| json!({"name": "buy", "arguments": arguments});
    for revision in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"] {
        for (method, params) in [
            ("tools/list", json!({})),
            ("prompts/list", json!({})),
            ("tools/call", call(json!({"item": "tea", "amount": 2}))),
            ("tools/call", call(json!({"item": "tea", "amount": 300}))),
            ("tools/call", call(json!({"itme": "tea"}))),
            ("prompts/get", json!({"name": "ask", "arguments": {"to": "Ada"}})),
        ] {
            let client = Client::speaking(revision, method, params);
            let expected = client.clone().send_to(&derived()).body;
            assert!(expected["result"].is_object(), "{revision} {method}: {expected}");
            assert_eq!(client.send_to(&prebuilt()).body, expected, "{revision} {method}");
        }
    }
}

#[test]
fn a_text_that_holds_no_schemas_is_a_defect() {
    for kept in ["", "{}", "[]", r#"{"input":{"type":"string"}}"#, r#"{"output":{"type":"object"}}"#] {
        let tool = Tool::with_schemas(
            "broken",
            ToolSchemas::from_json(kept),
            async |_: Context<Caller>, _: NoArguments| Ok::<_, ToolError>("done".to_owned()),
        );
        let server = Server::new(Implementation::new("shop", "0")).tool(tool);
        assert_eq!(server.defects(), ["tool broken: its arguments are not a struct"], "{kept}");
    }
}
