//! Prompts, the completion of what is typed into them, and resources that are declared one by one.

mod support;

use mcp::{
    Completing, Completion, Content, Context, Fault, Icon, Implementation, NoArguments, Prompt, PromptError,
    PromptMessage, Resource, ResourceContents, ResourceEntry, ResourcePage, ResourceTemplate, ResourceUri,
    Resources, Server, Tool,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use support::{Caller, Client};

const REVISIONS: [&str; 5] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

#[derive(Deserialize, JsonSchema)]
struct Letter {
    /// Who it is for.
    to: String,
    tone: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Counted {
    #[expect(dead_code, reason = "only its type matters here")]
    count: u32,
}

async fn read(_: Context<Caller>, uri: ResourceUri) -> Result<Vec<ResourceContents>, mcp::ResourceError> {
    Ok(vec![ResourceContents::text(uri.as_str(), "text/plain", "x")])
}

fn server() -> Server<Caller> {
    Server::new(Implementation::new("desk", "0"))
        .prompt(
            Prompt::new("letter", async |_: Context<Caller>, letter: Letter| {
                if letter.to.is_empty() {
                    return Err(PromptError::Invalid("`to` is empty".to_owned()));
                }
                let tone = letter.tone.unwrap_or_else(|| "plain".to_owned());
                Ok(vec![
                    PromptMessage::user(Content::text(format!("A {tone} letter to {}", letter.to))),
                    PromptMessage::assistant(Content::audio("audio/wav", [1])),
                ])
            })
            .title("Letter")
            .description("Writes a letter.")
            .icon(Icon::new("https://desk.example/letter.png"))
            .complete("tone", async |_: Context<Caller>, typed: Completing| {
                let tones = ["plain", "polite", "warm"].into_iter();
                let for_whom = typed.other("to").map(str::to_owned);
                let tones = tones.filter(|tone| tone.starts_with(&typed.value)).map(str::to_owned);
                Ok(Completion::new(tones.chain(for_whom)))
            })
            .complete("to", async |_: Context<Caller>, _: Completing| Err(Fault::new("the book is lost"))),
        )
        .prompt(
            Prompt::new("secret", async |_: Context<Caller>, _: NoArguments| Ok(Vec::new()))
                .requires("desk:open"),
        )
        .resource(Resource::new(ResourceEntry::new("desk://lamp", "lamp"), read))
        .resource(Resource::new(ResourceEntry::new("desk://drawer", "drawer"), read).requires("desk:open"))
        .resources(Resources::new(async |_: Context<Caller>, position: Option<String>| {
            Ok(match position {
                None => ResourcePage {
                    resources: vec![ResourceEntry::new("desk://papers/1", "1")],
                    next: Some("2".to_owned()),
                },
                Some(_) => {
                    ResourcePage { resources: vec![ResourceEntry::new("desk://papers/2", "2")], next: None }
                }
            })
        }))
        .resource_template(
            ResourceTemplate::new("desk://papers/{number}", "paper", read)
                .complete("number", async |_: Context<Caller>, _: Completing| {
                    Ok(Completion::new(["1", "2"]))
                }),
        )
}

fn send(revision: &str, method: &str, params: Value) -> support::Answer {
    Client::speaking(revision, method, params).send_to(&server())
}

#[test]
fn a_prompt_shows_what_the_revision_knows_and_the_caller_may_get() {
    for revision in REVISIONS {
        let answer = send(revision, "prompts/list", json!({}));
        let prompts = answer.result()["prompts"].as_array().unwrap();
        assert_eq!(prompts.len(), 1);
        let mut expected = json!({
            "name": "letter",
            "description": "Writes a letter.",
            "arguments": [
                {"name": "to", "description": "Who it is for.", "required": true},
                {"name": "tone", "required": false},
            ],
        });
        if revision >= "2025-06-18" {
            expected["title"] = json!("Letter");
        }
        if revision >= "2025-11-25" {
            expected["icons"] = json!([{"src": "https://desk.example/letter.png"}]);
        }
        assert_eq!(prompts[0], expected, "{revision}");
    }
    assert_eq!(send("2026-07-28", "prompts/list", json!({})).result()["cacheScope"], "private");
    let refused = send("2026-07-28", "prompts/get", json!({"name": "secret"}));
    assert_eq!((refused.refusal(), refused.required_permissions), ((403, 403), vec!["desk:open".to_owned()]));
}

#[test]
fn a_prompt_becomes_messages() {
    for revision in REVISIONS {
        let params = json!({"name": "letter", "arguments": {"to": "Ada", "tone": "warm"}});
        let answer = send(revision, "prompts/get", params);
        let messages = &answer.result()["messages"];
        assert_eq!(messages[0]["content"]["text"], "A warm letter to Ada");
        assert_eq!(messages[1]["role"], "assistant");
        let kind = if revision == "2024-11-05" { "text" } else { "audio" };
        assert_eq!(messages[1]["content"]["type"], kind);
        assert_eq!(answer.result()["description"], "Writes a letter.");
    }
}

#[test]
fn a_prompt_that_is_asked_for_wrongly_is_a_protocol_error() {
    for (params, needle) in [
        (json!({"name": "none"}), "Unknown prompt: none"),
        (json!({"name": 7}), "params.name"),
        (json!({"name": "letter"}), "`to` is missing"),
        (json!({"name": "letter", "arguments": []}), "params.arguments"),
        (json!({"name": "letter", "arguments": {"to": 7}}), "`to`"),
        (json!({"name": "letter", "arguments": {"to": "Ada", "by": "me"}}), "no argument `by`"),
        (json!({"name": "letter", "arguments": {"to": ""}}), "`to` is empty"),
    ] {
        let answer = send("2025-11-25", "prompts/get", params.clone());
        assert_eq!(answer.refusal(), (200, -32602), "{params}");
        assert!(answer.message().contains(needle), "{answer:?}");
    }
}

#[test]
fn an_argument_is_completed_by_whoever_knows_it() {
    let complete = |reference: Value, name: &str, value: &str| json!({"ref": reference, "argument": {"name": name, "value": value}});
    let letter = || json!({"type": "ref/prompt", "name": "letter"});
    let papers = || json!({"type": "ref/resource", "uri": "desk://papers/{number}"});
    for revision in REVISIONS {
        for (params, values) in [
            (complete(letter(), "tone", "p"), json!(["plain", "polite"])),
            (complete(papers(), "number", ""), json!(["1", "2"])),
            (complete(letter(), "colour", ""), json!([])),
        ] {
            let answer = send(revision, "completion/complete", params);
            assert_eq!(answer.result()["completion"]["values"], values, "{revision}");
            assert_eq!(answer.result()["completion"]["hasMore"], false);
        }
    }
    let mut params = complete(letter(), "tone", "w");
    params["context"] = json!({"arguments": {"to": "Ada"}});
    let answer = send("2025-11-25", "completion/complete", params);
    assert_eq!(answer.result()["completion"]["values"], json!(["warm", "Ada"]));

    let answer = send("2025-11-25", "completion/complete", complete(letter(), "to", ""));
    assert_eq!((answer.refusal(), answer.faults), ((200, -32603), vec!["the book is lost".to_owned()]));
}

#[test]
fn a_malformed_completion_is_a_protocol_error() {
    let argument = json!({"name": "tone", "value": ""});
    for params in [
        json!({}),
        json!({"ref": {"type": "ref/prompt", "name": "letter"}}),
        json!({"ref": {"type": "ref/prompt"}, "argument": argument}),
        json!({"ref": {"type": "ref/else", "name": "letter"}, "argument": argument}),
        json!({"ref": ["ref/prompt", "letter"], "argument": argument}),
        json!({"ref": {"type": "ref/prompt", "name": "none"}, "argument": argument}),
        json!({"ref": {"type": "ref/prompt", "name": "secret"}, "argument": argument}),
        json!({"ref": {"type": "ref/resource", "uri": "desk://none"}, "argument": argument}),
        json!({"ref": {"type": "ref/prompt", "name": "letter"}, "argument": {"name": 7, "value": ""}}),
        json!({"ref": {"type": "ref/prompt", "name": "letter"}, "argument": argument, "context": 7}),
    ] {
        assert_eq!(
            send("2025-11-25", "completion/complete", params.clone()).refusal(),
            (200, -32602),
            "{params}"
        );
    }
}

#[test]
fn declared_resources_come_before_those_of_the_list() {
    let uris = |answer: &support::Answer| -> Vec<String> {
        let resources = answer.result()["resources"].as_array().unwrap();
        resources.iter().map(|resource| resource["uri"].as_str().unwrap().to_owned()).collect()
    };
    let first = send("2025-11-25", "resources/list", json!({}));
    assert_eq!(uris(&first), ["desk://lamp", "desk://papers/1"]);
    let next = first.result()["nextCursor"].clone();
    assert_eq!(uris(&send("2025-11-25", "resources/list", json!({"cursor": next}))), ["desk://papers/2"]);
    let read = send("2026-07-28", "resources/read", json!({"uri": "desk://lamp"}));
    assert_eq!(read.result()["contents"][0]["uri"], "desk://lamp");
    assert_eq!(send("2026-07-28", "resources/read", json!({"uri": "desk://drawer"})).status, 403);
    assert_eq!(
        send("2026-07-28", "resources/read", json!({"uri": "desk://lamp/x"})).refusal(),
        (200, -32602)
    );
}

#[test]
fn a_server_declares_what_it_has() {
    let discovered = send("2026-07-28", "server/discover", json!({}));
    let everything = json!({"completions": {}, "prompts": {}, "resources": {}});
    assert_eq!(discovered.result()["capabilities"], everything);
    let hello = |revision: &str| {
        let params = json!({"protocolVersion": revision, "capabilities": {},
                            "clientInfo": {"name": "test", "version": "0"}});
        send(revision, "initialize", params).result()["capabilities"].clone()
    };
    assert_eq!(hello("2025-11-25"), everything);
    assert_eq!(hello("2024-11-05"), json!({"prompts": {}, "resources": {}}));
}

#[test]
fn a_defect_is_told_to_the_programmer() {
    let prompt = |name: &str| Prompt::new(name, async |_: Context<Caller>, _: NoArguments| Ok(Vec::new()));
    let lamp = || Resource::new(ResourceEntry::new("desk://lamp", "lamp"), read);
    let server = Server::new(Implementation::new("bad", "0"))
        .prompt(prompt("good"))
        .prompt(prompt("good"))
        .prompt(Prompt::new("counted", async |_: Context<Caller>, _: Counted| Ok(Vec::new())))
        .prompt(
            prompt("eager")
                .complete("x", async |_: Context<Caller>, _: Completing| Ok(Completion::default())),
        )
        .resource(lamp())
        .resource(lamp());
    assert_eq!(
        server.defects(),
        [
            "prompt good: another prompt has its name",
            "prompt counted: its argument count is not a string",
            "prompt eager: it has no argument x to complete",
            "resource desk://lamp: another resource has its address",
        ]
    );
}

#[test]
fn a_tool_may_show_a_schema_and_members_that_no_type_gives() {
    let schema = json!({"type": "object", "$defs": {"a": {"$anchor": "a"}}, "allOf": [{"required": ["x"]}]});
    let server = Server::new(Implementation::new("raw", "0")).tool(
        Tool::new("raw", async |_: Context<Caller>, given: Value| Ok(given.to_string()))
            .input_schema(schema.clone())
            .meta("example.com/colour", "red"),
    );
    assert_eq!(server.defects(), [""; 0]);
    for revision in ["2025-03-26", "2025-11-25"] {
        let listed = Client::speaking(revision, "tools/list", json!({})).send_to(&server);
        let tool = &listed.result()["tools"][0];
        assert_eq!(tool["inputSchema"], schema);
        let meta = if revision == "2025-11-25" { json!({"example.com/colour": "red"}) } else { Value::Null };
        assert_eq!(tool["_meta"], meta);
    }
    let call = json!({"name": "raw", "arguments": {"x": [1]}});
    let answer = Client::stateless("tools/call", call).send_to(&server);
    assert_eq!(answer.result()["content"][0]["text"], r#"{"x":[1]}"#);
}
