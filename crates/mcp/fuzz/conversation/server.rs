//! The server that is talked to: something of everything the engine has, and nothing that fails or takes time.

use mcp::{
    Authorize, ClientCapability, Completing, Completion, Content, Context, Elicitation, Implementation,
    LogLevel, NoArguments, Output, Prompt, PromptMessage, Resource, ResourceContents, ResourceEntry,
    ResourceError, ResourcePage, ResourceTemplate, ResourceUri, Resources, Sampling, Server, Skill, Tool,
    ToolError,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who calls: always the same, who may do everything but what nobody may.
#[derive(Clone)]
pub(super) struct Guest;

impl Authorize for Guest {
    fn may(&self, permission: &str) -> bool {
        permission != "house:own"
    }

    fn principal(&self) -> &'static str {
        "guest"
    }
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Order {
    item: String,
    amount: Option<u8>,
    kind: Kind,
    #[serde(default)]
    parts: Vec<Part>,
    #[schemars(extend("x-mcp-header" = "Region"))]
    region: Option<String>,
    #[schemars(extend("x-mcp-header" = "Count"))]
    count: Option<i64>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Tea,
    Salt,
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Part {
    weight: f64,
    note: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Name {
    name: String,
}

pub(super) fn build() -> Server<Guest> {
    let server = Server::new(Implementation::new("house", "0"))
        .instructions("Come in.")
        .logs()
        .updates()
        .tasks()
        .extension("com.example/tea", serde_json::Map::new())
        .skill(Skill::new("brew", "Says how to brew.", "# Brew\n").file("notes/a.md", "text/markdown", "a"));
    prompts(resources(questions(tools(server))))
}

fn tools(server: Server<Guest>) -> Server<Guest> {
    server
        .tool(Tool::new("order", async |_: Context<Guest>, order: Order| {
            if order.item.is_empty() {
                return Err(ToolError::new("Nothing to order."));
            }
            Ok(Output::new(order).summary("Ordered"))
        }))
        .tool(
            Tool::new("own", async |_: Context<Guest>, _: NoArguments| Ok("mine".to_owned()))
                .requires("house:own"),
        )
        .tool(Tool::new("show", async |_: Context<Guest>, _: NoArguments| {
            Ok(vec![
                Content::text("words\nand \u{2028} lines"),
                Content::image("image/png", [1, 2, 3]),
                Content::audio("audio/wav", [4, 5]),
                Content::Resource(ResourceContents::text("house://room/1", "text/plain", "tea")),
                Content::ResourceLink(ResourceEntry::new("house://room/2", "two")),
            ])
        }))
        .tool(Tool::new("work", async |cx: Context<Guest>, _: NoArguments| {
            cx.progress(1.0, Some(2.0), Some("half"));
            cx.log(LogLevel::Info, Some("work"), "hello").await;
            cx.let_poll();
            Ok("done".to_owned())
        }))
        .tool(Tool::new("later", async |cx: Context<Guest>, _: NoArguments| {
            cx.go_on_as_task().await?;
            Ok("done".to_owned())
        }))
}

fn questions(server: Server<Guest>) -> Server<Guest> {
    server
        .tool(Tool::new("greet", async |cx: Context<Guest>, _: NoArguments| {
            let name = cx.elicit("name", Elicitation::form::<Name>("Who is there?")).await?;
            let name = name.accepted::<Name>().map_or_else(|| "nobody".to_owned(), |name| name.name);
            let poem = cx.sample("poem", Sampling::new(50).user(format!("A poem about {name}"))).await?;
            Ok(format!("{name}: {}", poem.text()))
        }))
        .tool(Tool::new("sell", async |cx: Context<Guest>, _: NoArguments| {
            let price: u32 = cx.keep("price", async { Ok::<_, ToolError>(7) }).await?;
            let question = Elicitation::form::<Name>(format!("For {price}?"));
            Ok(format!("{price} {:?}", cx.elicit("sure", question).await?.action))
        }))
        .tool(Tool::new("visit", async |cx: Context<Guest>, _: NoArguments| {
            let answer = cx.elicit("pay", Elicitation::visit("Please pay", "https://pay.example")).await?;
            Ok(format!("{:?} {}", answer.action, cx.roots("roots").await?.len()))
        }))
        .tool(Tool::new("need", async |cx: Context<Guest>, _: NoArguments| {
            if cx.client_supports(ClientCapability::Sampling) {
                Ok("has it".to_owned())
            } else {
                Err(ToolError::NeedsClient(ClientCapability::Sampling))
            }
        }))
}

fn resources(server: Server<Guest>) -> Server<Guest> {
    server
        .resource(Resource::new(ResourceEntry::new("house://door", "door"), room))
        .resources(Resources::new(async |_: Context<Guest>, position: Option<String>| {
            match position.as_deref() {
                None => Ok(ResourcePage {
                    resources: vec![ResourceEntry::new("house://room/1", "one")],
                    next: Some("1".to_owned()),
                }),
                Some("1") => Ok(ResourcePage { resources: Vec::new(), next: None }),
                Some(_) => Err(ResourceError::InvalidPosition),
            }
        }))
        .resource_template(
            ResourceTemplate::new("house://room/{number}", "room", room)
                .complete("number", async |_: Context<Guest>, typed: Completing| {
                    Ok(Completion::new([typed.value]))
                }),
        )
}

async fn room(_: Context<Guest>, uri: ResourceUri) -> Result<Vec<ResourceContents>, ResourceError> {
    match uri.value("number") {
        "" | "1" => Ok(vec![ResourceContents::text(uri.as_str(), "text/plain", "a room")]),
        "2" => Ok(vec![ResourceContents::blob(uri.as_str(), "image/png", [0xff])]),
        _ => Err(ResourceError::NotFound),
    }
}

fn prompts(server: Server<Guest>) -> Server<Guest> {
    server.prompt(
        Prompt::new("letter", async |cx: Context<Guest>, to: Name| {
            let from = cx.elicit("from", Elicitation::form::<Name>("From whom?")).await?;
            let from = from.accepted::<Name>().map_or_else(|| "nobody".to_owned(), |from| from.name);
            Ok(vec![PromptMessage::user(Content::text(format!("From {from} to {}", to.name)))])
        })
        .complete("name", async |_: Context<Guest>, typed: Completing| {
            Ok(Completion::new(typed.others.into_iter().map(|(_, value)| value).chain([typed.value])))
        }),
    )
}
