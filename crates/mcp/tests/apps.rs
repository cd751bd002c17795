//! MCP Apps (SEP-1865): an app is declared once; what a host needs to show it stands where the extension says.

mod support;

use mcp::{
    APP_MEDIA_TYPE, APPS_EXTENSION, App, AppPermission, Context, Implementation, NoArguments, Server, Tool,
    ToolVisibility,
};
use serde_json::{Value, json};
use support::{Answer, Caller, Client};

const BOARD: &str = "ui://shop/board";

fn tool(name: &str) -> Tool<Caller> {
    Tool::new(name, async |_: Context<Caller>, _: NoArguments| Ok("three items".to_owned()))
}

fn app(uri: &str) -> App<Caller> {
    App::new(uri, "board", async |_| Ok("<!doctype html><title>Board</title>".to_owned())).title("The board")
}

fn server() -> Server<Caller> {
    Server::new(Implementation::new("shop", "0"))
        .tool(tool("list").app(BOARD))
        .tool(tool("refresh").app(BOARD).visible_to(ToolVisibility::App))
        .tool(tool("plain"))
        .app(app(BOARD).connects_to("https://api.example").wants(AppPermission::ClipboardWrite).border(true))
        .app(app("ui://shop/admin").requires("shop:admin"))
}

fn ask(method: &str, params: Value) -> Answer {
    Client::stateless(method, params).send_to(&server())
}

#[test]
fn a_server_with_apps_declares_the_extension() {
    assert_eq!(server().defects(), [""; 0]);
    let discovered = ask("server/discover", json!({})).result().clone();
    let declared = &discovered["capabilities"]["extensions"][APPS_EXTENSION];
    assert_eq!(declared, &json!({"mimeTypes": [APP_MEDIA_TYPE]}));
}

#[test]
fn a_tool_names_its_app_for_hosts_of_today_and_of_yesterday() {
    let tools = ask("tools/list", json!({})).result()["tools"].clone();
    assert_eq!(tools[0]["_meta"], json!({"ui": {"resourceUri": BOARD}, "ui/resourceUri": BOARD}));
    assert_eq!(tools[1]["_meta"]["ui"], json!({"resourceUri": BOARD, "visibility": ["app"]}));
    assert_eq!(tools[2]["_meta"], Value::Null);
    // An app's calls come over the host's connection, as the model's do: to the server they are all one.
    let called = ask("tools/call", json!({"name": "refresh"}));
    assert_eq!(called.result()["content"][0]["text"], "three items");
}

#[test]
fn an_app_is_read_as_a_document_and_says_how_it_wants_to_be_shown() {
    let look = json!({
        "csp": {"connectDomains": ["https://api.example"]}, "permissions": {"clipboardWrite": {}}, "prefersBorder": true,
    });
    let listed = ask("resources/list", json!({})).result()["resources"].clone();
    assert_eq!(
        listed,
        json!([{"uri": BOARD, "name": "board", "title": "The board", "mimeType": APP_MEDIA_TYPE, "_meta": {"ui": look}}])
    );
    let read = ask("resources/read", json!({"uri": BOARD})).result()["contents"].clone();
    assert_eq!(
        read,
        json!([{
            "uri": BOARD, "mimeType": APP_MEDIA_TYPE, "text": "<!doctype html><title>Board</title>", "_meta": {"ui": look},
        }])
    );
}

#[test]
fn an_app_is_nobodys_who_lacks_its_permission() {
    let answer = ask("resources/read", json!({"uri": "ui://shop/admin"}));
    assert_eq!(
        (answer.status, answer.required_permissions.as_slice()),
        (403, &["shop:admin".to_owned()][..])
    );
}

#[test]
fn an_address_that_is_not_an_apps_is_a_defect_and_so_is_an_app_that_is_not_there() {
    let server = Server::<Caller>::new(Implementation::new("shop", "0"))
        .app(app("https://shop.example/board"))
        .tool(tool("list").app("shop/board"))
        .tool(tool("lost").app(BOARD));
    assert_eq!(
        server.defects(),
        [
            "app https://shop.example/board: the address of an app begins with ui://",
            "tool list: the address of an app begins with ui://",
            "tool lost: there is no app ui://shop/board",
        ]
    );
}
