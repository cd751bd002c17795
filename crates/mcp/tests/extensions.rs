//! Extensions of the protocol: what a server declares, what its handlers learn of the client, and `_meta` for what an
//! extension has to say.

mod support;

use mcp::{
    Context, Icon, IconTheme, Implementation, NoArguments, Prompt, Resource, ResourceContents, ResourceEntry,
    ResourceTemplate, Server, Tool,
};
use serde_json::{Map, Value, json};
use support::{Caller, Client};

const UI: &str = "io.modelcontextprotocol/ui";
const CSP: &str = "com.example/csp";

fn server() -> Server<Caller> {
    let contents = async |_: Context<Caller>, _| {
        Ok(vec![ResourceContents::text("ui://app", "text/html", "<p>").meta("ui", json!({"csp": {}}))])
    };
    Server::new(Implementation::new("apps", "0"))
        .extension(UI, Map::new())
        .tool(
            Tool::new("knows", async |cx: Context<Caller>, _: NoArguments| {
                Ok(cx.client_extension(UI).map_or_else(|| "no".to_owned(), |settings| settings.to_string()))
            })
            .meta("ui", json!({"resourceUri": "ui://app"})),
        )
        .resource(Resource::new(ResourceEntry::new("ui://app", "app").meta(CSP, 1), contents))
        .resource_template(ResourceTemplate::new("ui://apps/{id}", "apps", contents).meta(CSP, 2))
        .prompt(
            Prompt::new("menu", async |_: Context<Caller>, _: NoArguments| Ok(Vec::new()))
                .icon(Icon::new("https://apps.example/menu.svg").theme(IconTheme::Dark))
                .meta(CSP, 3),
        )
}

fn ask(revision: &str, method: &str, params: Value) -> Value {
    Client::speaking(revision, method, params).send_to(&server()).result().clone()
}

#[test]
fn an_extension_is_declared_in_either_era() {
    assert_eq!(
        ask("2026-07-28", "server/discover", json!({}))["capabilities"]["extensions"],
        json!({UI: {}})
    );
    let hello = |revision: &str| {
        let client = json!({"name": "test", "version": "0"});
        json!({"protocolVersion": revision, "capabilities": {}, "clientInfo": client})
    };
    for (revision, declared) in
        [("2025-11-25", json!({UI: {}})), ("2025-06-18", json!({UI: {}})), ("2025-03-26", Value::Null)]
    {
        assert_eq!(ask(revision, "initialize", hello(revision))["capabilities"]["extensions"], declared);
    }
}

#[test]
fn a_handler_learns_with_what_settings_the_client_knows_an_extension() {
    let said = |capabilities: Value| {
        let client = Client::stateless("tools/call", json!({"name": "knows"})).body(|body| {
            body["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities;
        });
        client.send_to(&server()).result()["content"][0]["text"].as_str().unwrap().to_owned()
    };
    assert_eq!(said(json!({})), "no");
    assert_eq!(said(json!({"extensions": {"com.example/other": {}}})), "no");
    assert_eq!(said(json!({"extensions": {UI: {"mimeTypes": ["a"]}}})), r#"{"mimeTypes":["a"]}"#);
}

#[test]
fn every_declaration_has_room_for_what_an_extension_says() {
    let list = |revision: &str, method: &str, key: &str| ask(revision, method, json!({}))[key][0].clone();
    assert_eq!(list("2025-11-25", "tools/list", "tools")["_meta"]["ui"]["resourceUri"], "ui://app");
    assert_eq!(list("2025-11-25", "resources/list", "resources")["_meta"][CSP], 1);
    assert_eq!(list("2025-11-25", "resources/templates/list", "resourceTemplates")["_meta"][CSP], 2);
    let prompt = list("2025-11-25", "prompts/list", "prompts");
    assert_eq!((&prompt["_meta"][CSP], &prompt["icons"][0]["theme"]), (&json!(3), &json!("dark")));
    assert_eq!(list("2025-03-26", "prompts/list", "prompts")["_meta"], Value::Null);
    let read = ask("2026-07-28", "resources/read", json!({"uri": "ui://app"}));
    assert_eq!(read["contents"][0]["_meta"]["ui"], json!({"csp": {}}));
}

#[test]
fn an_extension_with_a_name_of_another_form_is_a_defect() {
    let server = Server::<Caller>::new(Implementation::new("apps", "0")).extension("nameless", Map::new());
    assert_eq!(server.defects().len(), 1);
}
