//! Questions of a handler to the client, where a question is an answer and the answer another request.

#![expect(
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::unwrap_used,
    reason = "a helper of tests is written as tests are"
)]

mod support;

use futures_util::future::join3;
use mcp::{
    Content, Context, Elicitation, Implementation, NoArguments, Platform, Prompt, PromptMessage, Resource,
    ResourceContents, ResourceEntry, Sampling, SealingKey, Server, Tool, ToolError,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use support::{Answer, Caller, Client, NOW_MS};

#[derive(Deserialize, JsonSchema)]
struct Name {
    /// As on the name plate.
    name: String,
}

#[derive(Deserialize, JsonSchema)]
struct Greeting {
    #[serde(default)]
    loudly: bool,
}

async fn ask_name(cx: &Context<Caller>) -> Result<String, mcp::AskError> {
    let name = cx.elicit("name", Elicitation::form::<Name>("Who is there?")).await?;
    Ok(name.accepted::<Name>().map_or_else(|| "nobody".to_owned(), |name| name.name))
}

fn server() -> Server<Caller> {
    Server::new(Implementation::new("curious", "0"))
        .tool(Tool::new("greet", async |cx: Context<Caller>, greeting: Greeting| {
            let name = ask_name(&cx).await?;
            Ok(if greeting.loudly { name.to_uppercase() } else { name })
        }))
        .tool(Tool::new("steps", async |cx: Context<Caller>, _: NoArguments| {
            let name = ask_name(&cx).await?;
            let poem = cx.sample("poem", Sampling::new(50).user(format!("A poem about {name}"))).await?;
            Ok(format!("{name}: {}", poem.text()))
        }))
        .tool(Tool::new("together", async |cx: Context<Caller>, _: NoArguments| {
            let (name, poem, roots) = join3(
                ask_name(&cx),
                cx.sample("poem", Sampling::new(50).system_prompt("Rhyme.").user("A poem")),
                cx.roots("roots"),
            )
            .await;
            Ok(format!("{} {} {}", name?, poem?.model, roots?[0].uri))
        }))
        .tool(Tool::new("visit", async |cx: Context<Caller>, _: NoArguments| {
            let answer = cx.elicit("pay", Elicitation::visit("Please pay", "https://pay.example")).await?;
            Ok(format!("{:?}", answer.action))
        }))
        .tool(Tool::new("clear", async |cx: Context<Caller>, _: NoArguments| {
            let shown: usize =
                cx.keep("shown", async { Ok::<_, ToolError>(cx.app().sold.borrow().len()) }).await?;
            let question = Elicitation::form::<Name>(format!("Clear {shown}?"));
            let answer = cx.elicit("sure", question).await?;
            Ok(format!("{shown} {:?} {}", answer.action, cx.app().sold.borrow().len()))
        }))
        .tool(Tool::new("count", async |cx: Context<Caller>, _: NoArguments| {
            let count = cx.app().sold.borrow().len();
            let answer = cx.elicit("sure", Elicitation::form::<Name>(format!("Sell {count}?"))).await?;
            Ok(format!("{:?} {count}", answer.action))
        }))
        .prompt(Prompt::new("greeting", async |cx: Context<Caller>, _: NoArguments| {
            Ok(vec![PromptMessage::user(Content::text(ask_name(&cx).await?))])
        }))
        .resource(Resource::new(
            ResourceEntry::new("gate://sign", "sign"),
            async |cx: Context<Caller>, uri: mcp::ResourceUri| {
                Ok(vec![ResourceContents::text(uri.as_str(), "text/plain", ask_name(&cx).await?)])
            },
        ))
}

const EVERYTHING: &str = r#"{"elicitation":{"form":{},"url":{}},"sampling":{},"roots":{}}"#;

fn ask(method: &str, params: Value, capabilities: &str) -> Client {
    Client::stateless(method, params).body(|body| {
        body["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] =
            serde_json::from_str(capabilities).unwrap();
    })
}

fn call(name: &str, more: Value) -> Client {
    ask("tools/call", json!({"name": name, "arguments": {}}), EVERYTHING).body(|body| {
        for (key, value) in more.as_object().unwrap() {
            body["params"][key] = value.clone();
        }
    })
}

fn send(client: Client) -> Answer {
    client.send_to(&server())
}

fn alice() -> Value {
    json!({"name": {"action": "accept", "content": {"name": "Alice"}}})
}

fn poem() -> Value {
    json!({"poem": {"role": "assistant", "model": "bard", "content": {"type": "text", "text": "Oh."}}})
}

/// The questions of a result that is nothing but questions, and the state to bring back.
fn questions(answer: &Answer) -> (Vec<String>, Value) {
    let result = answer.result();
    assert_eq!(result["resultType"], "input_required", "{result}");
    assert_eq!(result["content"], Value::Null);
    let names = result["inputRequests"].as_object().unwrap().keys().cloned().collect();
    (names, result["requestState"].clone())
}

fn text(answer: &Answer) -> &str {
    assert_eq!(answer.result()["resultType"], "complete", "{answer:?}");
    answer.result()["content"][0]["text"].as_str().unwrap()
}

#[test]
fn a_question_goes_out_and_its_answer_comes_back() {
    let asked = send(call("greet", json!({})));
    assert_eq!(
        asked.result()["inputRequests"],
        json!({"name": {"method": "elicitation/create", "params": {
            "message": "Who is there?",
            "requestedSchema": {
                "type": "object",
                "properties": {"name": {"type": "string", "description": "As on the name plate."}},
                "required": ["name"],
            },
        }}})
    );
    let (_, state) = questions(&asked);
    let answered = send(call("greet", json!({"inputResponses": alice(), "requestState": state})));
    assert_eq!(text(&answered), "Alice");
    // A client may have the answers before it is asked.
    assert_eq!(text(&send(call("greet", json!({"inputResponses": alice()})))), "Alice");
}

#[test]
fn an_answer_is_kept_through_the_round_trips_that_follow() {
    let (names, first) = questions(&send(call("steps", json!({}))));
    assert_eq!(names, ["name"]);
    let (names, second) =
        questions(&send(call("steps", json!({"inputResponses": alice(), "requestState": first}))));
    assert_eq!(names, ["poem"]);
    assert_ne!(first, second);
    let done = send(call("steps", json!({"inputResponses": poem(), "requestState": second})));
    assert_eq!(text(&done), "Alice: Oh.");
}

#[test]
fn questions_can_be_asked_together() {
    let asked = send(call("together", json!({})));
    let (names, state) = questions(&asked);
    assert_eq!(names, ["name", "poem", "roots"]);
    assert_eq!(
        asked.result()["inputRequests"]["poem"],
        json!({"method": "sampling/createMessage", "params": {
            "messages": [{"role": "user", "content": {"type": "text", "text": "A poem"}}],
            "maxTokens": 50,
            "systemPrompt": "Rhyme.",
        }})
    );
    // Those that come are kept, those that do not are asked again.
    let (names, state) =
        questions(&send(call("together", json!({"inputResponses": poem(), "requestState": state}))));
    assert_eq!(names, ["name", "roots"]);
    let mut rest = alice();
    rest["roots"] = json!({"roots": [{"uri": "file:///home"}]});
    let done = send(call("together", json!({"inputResponses": rest, "requestState": state})));
    assert_eq!(text(&done), "Alice bard file:///home");
}

#[test]
fn what_is_no_answer_is_asked_again_and_what_was_not_asked_is_ignored() {
    for responses in [
        json!({}),
        json!({"other": alice()["name"]}),
        json!({"name": 12345}),
        json!({"name": null}),
        json!({"name": {"action": "shrug"}}),
        json!({"name": {"content": {"name": "Alice"}}}),
    ] {
        let (names, _) = questions(&send(call("greet", json!({"inputResponses": responses}))));
        assert_eq!(names, ["name"], "{responses}");
    }
    let mut more = alice();
    more["other"] = json!(7);
    assert_eq!(text(&send(call("greet", json!({"inputResponses": more})))), "Alice");
    for action in ["decline", "cancel"] {
        let responses = json!({"name": {"action": action}});
        assert_eq!(text(&send(call("greet", json!({"inputResponses": responses})))), "nobody");
    }
}

#[test]
fn malformed_round_trips_are_protocol_errors() {
    for spoilt in [
        json!({"inputResponses": null}),
        json!({"inputResponses": [1]}),
        json!({"inputResponses": 7}),
        json!({"requestState": null}),
        json!({"requestState": 7}),
        json!({"requestState": ""}),
        json!({"requestState": "a.b"}),
    ] {
        assert_eq!(send(call("greet", spoilt.clone())).refusal(), (200, -32602), "{spoilt}");
    }
}

#[test]
fn state_is_good_for_its_caller_its_request_and_its_time() {
    let (_, state) = questions(&send(call("greet", json!({}))));
    let back = || call("greet", json!({"inputResponses": alice(), "requestState": state}));
    let key = || SealingKey::new([7; 32]);
    let at = |platform: Platform| Client { platform, ..back() };
    let hour = 60 * 60 * 1000;

    assert_eq!(text(&send(back())), "Alice");
    assert_eq!(text(&send(at(Platform::at(NOW_MS + hour - 1000).key(key())))), "Alice");
    assert_eq!(text(&send(back().body(|body| body["params"]["arguments"] = json!({})))), "Alice");

    let mut stranger = back();
    stranger.caller.name = "somebody else";
    let mut other_program = back();
    other_program.caller.client = "another";
    for (why, client) in [
        ("altered", call("greet", json!({"requestState": format!("{}-TAMPERED", state.as_str().unwrap())}))),
        ("another caller", stranger),
        ("another client", other_program),
        ("another tool", call("steps", json!({"requestState": state}))),
        ("other arguments", back().body(|body| body["params"]["arguments"] = json!({"loudly": true}))),
        ("too late", at(Platform::at(NOW_MS + hour).key(key()))),
        ("another key", at(Platform::at(NOW_MS).key(SealingKey::new([8; 32])))),
        ("no key", at(Platform::at(NOW_MS))),
    ] {
        assert_eq!(send(client).refusal(), (200, -32602), "{why}");
    }
}

/// Calls a tool of somebody who has so many things.
fn with(things: usize, name: &str, more: Value) -> Answer {
    let client = call(name, more);
    client.caller.sold.borrow_mut().extend((0..things).map(|thing| thing.to_string()));
    send(client)
}

fn sure() -> Value {
    json!({"sure": {"action": "accept", "content": {}}})
}

#[test]
fn what_was_kept_before_a_question_is_what_it_was_when_the_answer_comes() {
    let asked = with(1, "clear", json!({}));
    assert_eq!(asked.result()["inputRequests"]["sure"]["params"]["message"], "Clear 1?");
    let (_, state) = questions(&asked);
    let answered = with(6, "clear", json!({"inputResponses": sure(), "requestState": state}));
    assert_eq!(text(&answered), "1 Accept 6");
    // And once more, as a client does that has lost the answer.
    let again = with(0, "clear", json!({"inputResponses": sure(), "requestState": state}));
    assert_eq!(text(&again), "1 Accept 0");
}

#[test]
fn an_answer_to_a_question_that_nobody_can_have_seen_is_refused() {
    let before = with(1, "clear", json!({"inputResponses": sure()}));
    assert_eq!(before.refusal(), (200, -32602));
    assert!(before.message().contains("was not asked"), "{before:?}");
    // Extra answers are ignored, as ever.
    questions(&with(1, "clear", json!({"inputResponses": {"other": sure()["sure"]}})));
    // Without a key there is no state that could tell.
    let keyless =
        Client { platform: Platform::at(NOW_MS), ..call("clear", json!({"inputResponses": sure()})) };
    assert_eq!(text(&send(keyless)), "0 Accept 0");
}

#[test]
fn a_question_that_reads_otherwise_by_now_is_put_again() {
    let (_, state) = questions(&with(1, "count", json!({})));
    let back = |things| with(things, "count", json!({"inputResponses": sure(), "requestState": state}));
    assert_eq!(text(&back(1)), "Accept 1");
    let asked = back(2);
    assert_eq!(asked.result()["inputRequests"]["sure"]["params"]["message"], "Sell 2?");
    let (_, state) = questions(&asked);
    let done = with(2, "count", json!({"inputResponses": sure(), "requestState": state}));
    assert_eq!(text(&done), "Accept 2");
}

/// Sealed by the release before states had an owner, at the time of these tests, for "somebody": of `greet`, which has asked
/// for a name, and of `steps`, which has been told one.
const OLDER_STATES: [(&str, &str); 2] = [
    (
        "greet",
        concat!(
            "eyJwcmluY2lwYWwiOiJzb21lYm9keSIsInJlcXVlc3QiOiJ5bnZKU2FzNEtySGFybnE1U0IydFo4WU1XTUF4Uk9wRzNwcm45dkdIVGZrIiwi",
            "ZXhwaXJlcyI6MTgwMDAwMzYwMCwiYW5zd2VycyI6e319.Odmm_lG-vimlW_5f4yXGVaJYAYr2S6am-_rlg_-MrkM",
        ),
    ),
    (
        "steps",
        concat!(
            "eyJwcmluY2lwYWwiOiJzb21lYm9keSIsInJlcXVlc3QiOiJxYVhTRDB6Z3JLOW1vME9wVU1Ya2F6OUROQ2N5TzNWUkRQVTFXUURqVzZrIiwi",
            "ZXhwaXJlcyI6MTgwMDAwMzYwMCwiYW5zd2VycyI6eyJuYW1lIjp7ImFjdGlvbiI6ImFjY2VwdCIsImNvbnRlbnQiOnsibmFtZSI6IkFkYSJ9",
            "fX19.f6ZEWNQxC-GbfuBAyIBoFMoF7ft71Cw5YDBW8tu30Po",
        ),
    ),
];

#[test]
fn a_state_that_an_earlier_release_gave_is_its_users_until_it_expires() {
    let [(greet, asked), (steps, told)] = OLDER_STATES;
    for client in ["", "full"] {
        let back = |name: &str, state: &str, responses: Value| {
            let params = json!({"name": name, "requestState": state, "inputResponses": responses});
            let mut call = ask("tools/call", params, EVERYTHING);
            call.caller.client = client;
            call
        };
        assert_eq!(text(&send(back(greet, asked, alice()))), "Alice");
        assert_eq!(text(&send(back(steps, told, poem()))), "Ada: Oh.");
        let mut stranger = back(greet, asked, alice());
        stranger.caller.name = "somebody else";
        assert_eq!(send(stranger).refusal(), (200, -32602));
    }
}

#[test]
fn without_a_key_a_single_round_still_works() {
    let keyless = |more| Client { platform: Platform::at(NOW_MS), ..call("greet", more) };
    assert_eq!(questions(&send(keyless(json!({})))).1, Value::Null);
    assert_eq!(text(&send(keyless(json!({"inputResponses": alice()})))), "Alice");
}

#[test]
fn prompts_and_resources_may_ask_too() {
    for (method, params) in
        [("prompts/get", json!({"name": "greeting"})), ("resources/read", json!({"uri": "gate://sign"}))]
    {
        let (names, state) = questions(&send(ask(method, params.clone(), EVERYTHING)));
        assert_eq!(names, ["name"]);
        let answered = send(ask(method, params, EVERYTHING).body(|body| {
            body["params"]["inputResponses"] = alice();
            body["params"]["requestState"] = state;
        }));
        assert!(answered.result().to_string().contains("Alice"), "{answered:?}");
    }
}

#[test]
fn only_what_the_client_declared_is_asked_of_it() {
    for (tool, capabilities, required) in [
        ("greet", "{}", json!({"elicitation": {}})),
        ("greet", r#"{"elicitation":{"url":{}}}"#, json!({"elicitation": {}})),
        ("visit", r#"{"elicitation":{}}"#, json!({"elicitation": {"url": {}}})),
        ("together", r#"{"elicitation":{},"roots":{}}"#, json!({"sampling": {}})),
    ] {
        let params = json!({"name": tool, "inputResponses": alice()});
        let answer = send(ask("tools/call", params, capabilities));
        assert_eq!(answer.refusal(), (400, -32021), "{tool} {capabilities}");
        assert_eq!(answer.body["error"]["data"]["requiredCapabilities"], required);
    }
    for capabilities in [r#"{"elicitation":{}}"#, r#"{"elicitation":{"form":{},"url":{}}}"#] {
        questions(&send(ask("tools/call", json!({"name": "greet"}), capabilities)));
    }
}

#[test]
fn an_address_to_visit_is_asked_with_its_mode() {
    let asked = send(call("visit", json!({})));
    assert_eq!(
        asked.result()["inputRequests"]["pay"]["params"],
        json!({"mode": "url", "message": "Please pay", "url": "https://pay.example"})
    );
    let paid = json!({"inputResponses": {"pay": {"action": "accept"}}});
    assert_eq!(text(&send(call("visit", paid))), "Accept");
}

#[test]
fn a_client_of_the_handshake_era_that_declared_nothing_is_not_asked() {
    let client = Client::handshake("2025-11-25", "tools/call", json!({"name": "greet"}));
    let answer = send(client);
    assert_eq!(answer.result()["isError"], true);
    assert!(answer.result()["content"][0]["text"].as_str().unwrap().contains("elicitation"));
    let prompt = Client::handshake("2025-11-25", "prompts/get", json!({"name": "greeting"}));
    assert_eq!(send(prompt).refusal(), (200, -32600));
}
