//! A small shop on the engine, and a client that sends it anything and keeps what comes back.

#![expect(dead_code, reason = "each test file is its own crate and uses the part of this it needs")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of tests fails as tests do")]
#![expect(clippy::needless_pass_by_value, reason = "json!(..) is given away where it is written")]

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::{Duration, UNIX_EPOCH};

use futures_util::StreamExt;
use mcp::{
    Authorize, ClientCapability, Content, Context, Fault, HttpReply, HttpRequest, Icon, Implementation,
    LocalFuture, Memory, NoArguments, Origins, Output, Platform, ReplyBody, ResourceContents, ResourceEntry,
    ResourceError, ResourcePage, ResourceTemplate, ResourceUri, Resources, SealingKey, Server, StreamPart,
    Tool, ToolAnnotations, ToolError,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Who calls, and what was sold to them.
#[derive(Clone, Default)]
pub(crate) struct Caller {
    pub(crate) name: &'static str,
    /// Which of their programs they use.
    pub(crate) client: &'static str,
    pub(crate) scopes: &'static [&'static str],
    pub(crate) sold: Rc<RefCell<Vec<String>>>,
    /// Set when they are let in no more.
    pub(crate) gone: Rc<Cell<bool>>,
    /// Set when whoever gave them access says, when asked, that it does not stand.
    pub(crate) ended: Rc<Cell<bool>>,
}

impl Authorize for Caller {
    fn may(&self, permission: &str) -> bool {
        self.scopes.contains(&permission)
    }

    fn principal(&self) -> &str {
        self.name
    }

    fn client(&self) -> &str {
        self.client
    }

    fn confirm_access(&self) -> LocalFuture<Result<(), Fault>> {
        let stands = if self.ended.get() { Err(Fault::access_ended()) } else { Ok(()) };
        Box::pin(std::future::ready(stands))
    }

    fn access_ends(&self) -> LocalFuture<()> {
        let gone = Rc::clone(&self.gone);
        Box::pin(poll_fn(move |_| if gone.get() { Poll::Ready(()) } else { Poll::Pending }))
    }
}

pub(crate) const EVERYTHING: &[&str] = &["shop:read", "shop:buy"];

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Order {
    /// What to buy.
    item: String,
    /// How many; one if left out.
    amount: Option<u32>,
    gift: Option<Gift>,
}

#[derive(Deserialize, JsonSchema)]
struct Gift {
    #[expect(dead_code, reason = "only its shape matters here")]
    to: String,
}

#[derive(Serialize, JsonSchema)]
struct Receipt {
    item: String,
    amount: u32,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Routed {
    #[schemars(extend("x-mcp-header" = "Region"))]
    region: Option<String>,
    #[schemars(extend("x-mcp-header" = "Count"))]
    count: Option<i64>,
}

pub(crate) fn shop() -> Server<Caller> {
    Server::new(
        Implementation::new("shop", "1.2.3")
            .title("The Shop")
            .description("Sells things")
            .website_url("https://shop.example")
            .icon(Icon::new("https://shop.example/icon.svg").mime_type("image/svg+xml").size("any")),
    )
    .instructions("Buy with the tool named buy.")
    .tool(buy())
    .tool(stock())
    .tool(route())
    .tool(show())
    .tool(Tool::new("ask", async |cx: Context<Caller>, _: NoArguments| {
        if cx.client_supports(ClientCapability::Sampling) {
            Ok("asked".to_owned())
        } else {
            Err(ToolError::NeedsClient(ClientCapability::Sampling))
        }
    }))
    .tool(Tool::new("break", async |_: Context<Caller>, _: NoArguments| -> Result<String, ToolError> {
        Err(ToolError::fault("the till is on fire"))
    }))
    .resources(Resources::new(shelves).requires("shop:read"))
    .resource_template(
        ResourceTemplate::new("shop://items/{name}", "Item", item)
            .title("An item")
            .description("One thing for sale")
            .mime_type("text/plain")
            .requires("shop:read"),
    )
    .resource_template(ResourceTemplate::new("shop://pictures/{name}", "Picture", picture))
}

fn buy() -> Tool<Caller> {
    Tool::new("buy", async |cx: Context<Caller>, order: Order| {
        if order.amount == Some(0) {
            return Err(ToolError::new("Nothing to buy: amount must be at least 1."));
        }
        cx.app().sold.borrow_mut().push(order.item.clone());
        let receipt = Receipt { item: order.item, amount: order.amount.unwrap_or(1) };
        let summary = format!("Bought {} of {}.", receipt.amount, receipt.item);
        Ok(Output::new(receipt).summary(summary))
    })
    .title("Buy")
    .description("Buys an item.")
    .annotations(ToolAnnotations::new().read_only(false).destructive(false).open_world(false))
    .icon(Icon::new("https://shop.example/buy.png"))
    .requires("shop:buy")
    .requires("shop:read")
}

/// Its outcome is a list, which only the newest revision takes for structured content.
fn stock() -> Tool<Caller> {
    Tool::new("stock", async |_: Context<Caller>, _: NoArguments| Ok(Output::new(vec!["tea", "salt"])))
        .annotations(ToolAnnotations::new().read_only(true))
}

fn route() -> Tool<Caller> {
    Tool::new("route", async |_: Context<Caller>, to: Routed| {
        Ok(format!("{} {}", to.region.unwrap_or_default(), to.count.unwrap_or_default()))
    })
}

fn show() -> Tool<Caller> {
    Tool::new("show", async |_: Context<Caller>, _: NoArguments| {
        Ok(vec![
            Content::text("words"),
            Content::image("image/png", [1, 2, 3]),
            Content::audio("audio/wav", [4, 5]),
            Content::Resource(ResourceContents::text("shop://items/tea", "text/plain", "tea")),
            Content::ResourceLink(ResourceEntry::new("shop://items/salt", "salt").title("Salt")),
        ])
    })
}

async fn shelves(_: Context<Caller>, position: Option<String>) -> Result<ResourcePage, ResourceError> {
    let entry = |name: &str| {
        ResourceEntry::new(format!("shop://items/{name}"), name).title(name).mime_type("text/plain").size(3)
    };
    match position.as_deref() {
        None => Ok(ResourcePage { resources: vec![entry("tea")], next: Some("after tea".to_owned()) }),
        Some("after tea") => Ok(ResourcePage { resources: vec![entry("salt")], next: None }),
        Some(_) => Err(ResourceError::InvalidPosition),
    }
}

async fn item(_: Context<Caller>, uri: ResourceUri) -> Result<Vec<ResourceContents>, ResourceError> {
    match uri.value("name") {
        name @ ("tea" | "salt" | "Grüner Tee") => {
            Ok(vec![ResourceContents::text(uri.as_str(), "text/plain", name)])
        }
        "empty" => Ok(Vec::new()),
        "broken" => Err(ResourceError::fault("the shelf fell over")),
        _ => Err(ResourceError::NotFound),
    }
}

async fn picture(_: Context<Caller>, uri: ResourceUri) -> Result<Vec<ResourceContents>, ResourceError> {
    Ok(vec![ResourceContents::blob(uri.as_str(), "image/png", [0xff, 0x00])])
}

/// When every test happens.
pub(crate) const NOW_MS: u64 = 1_800_000_000_000;

/// Time that stands still: a wait ends only when the test says that its time is up.
#[derive(Clone, Default)]
pub(crate) struct Stopped {
    pub(crate) time_is_up: Rc<Cell<bool>>,
}

impl Stopped {
    /// What a server of one process holds, in this time.
    pub(crate) fn memory(&self, key: SealingKey) -> Rc<Memory> {
        let time_is_up = Rc::clone(&self.time_is_up);
        let sleep = move |_| -> LocalFuture<()> {
            let time_is_up = Rc::clone(&time_is_up);
            Box::pin(poll_fn(move |_| if time_is_up.get() { Poll::Ready(()) } else { Poll::Pending }))
        };
        Memory::new(key, || UNIX_EPOCH + Duration::from_millis(NOW_MS), sleep)
    }
}

pub(crate) fn memory() -> Rc<Memory> {
    Stopped::default().memory(SealingKey::new([7; 32]))
}

/// A request under construction; every part can be spoilt.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) method: &'static str,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) caller: Caller,
    pub(crate) origins: Origins,
    pub(crate) platform: Platform,
}

impl Client {
    /// A request of the handshake era.
    pub(crate) fn handshake(revision: &str, method: &str, params: Value) -> Self {
        Self::posting(json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}))
            .header("mcp-protocol-version", revision)
    }

    /// A well-formed request of the stateless era: envelope and headers as the parameters want them.
    pub(crate) fn stateless(method: &str, mut params: Value) -> Self {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "0"},
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let name = match method {
            "tools/call" | "prompts/get" => params["name"].as_str(),
            "resources/read" => params["uri"].as_str(),
            _ => None,
        }
        .map(str::to_owned);
        let client = Self::handshake("2026-07-28", method, params).header("mcp-method", method);
        match name {
            Some(name) => client.header("mcp-name", &name),
            None => client,
        }
    }

    /// In either era, as the revision wants it.
    pub(crate) fn speaking(revision: &str, method: &str, params: Value) -> Self {
        if revision == "2026-07-28" {
            Self::stateless(method, params)
        } else {
            Self::handshake(revision, method, params)
        }
    }

    pub(crate) fn posting(body: impl ToString) -> Self {
        Self::sending(body.to_string().into_bytes())
    }

    pub(crate) fn sending(body: Vec<u8>) -> Self {
        Self {
            method: "POST",
            headers: vec![
                ("content-type".to_owned(), "application/json".to_owned()),
                ("accept".to_owned(), "application/json, text/event-stream".to_owned()),
            ],
            body,
            caller: Caller { name: "somebody", scopes: EVERYTHING, ..Caller::default() },
            origins: Origins::none().allow("https://page.example"),
            platform: Platform::at(NOW_MS).key(SealingKey::new([7; 32])),
        }
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        let mut client = self.without(name);
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(existing, _)| existing != name);
        self
    }

    pub(crate) fn method(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    pub(crate) fn may(mut self, scopes: &'static [&'static str]) -> Self {
        self.caller.scopes = scopes;
        self
    }

    /// Changes the body as JSON.
    pub(crate) fn body(mut self, change: impl FnOnce(&mut Value)) -> Self {
        let mut body = serde_json::from_slice(&self.body).unwrap();
        change(&mut body);
        self.body = body.to_string().into_bytes();
        self
    }

    pub(crate) fn send(self) -> Answer {
        self.send_to(&shop())
    }

    pub(crate) fn send_to(self, server: &Server<Caller>) -> Answer {
        Answer::of(self.reply_of(server))
    }

    pub(crate) fn reply_of(self, server: &Server<Caller>) -> HttpReply {
        let headers = self.headers;
        let lookup = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let request = HttpRequest {
            method: self.method,
            headers: &lookup,
            origins: &self.origins,
            body: &self.body,
            platform: &self.platform,
        };
        pollster::block_on(server.handle(request, self.caller))
    }
}

/// The message in one event of a stream.
fn message_of(event: &[u8]) -> Value {
    let text = std::str::from_utf8(event).unwrap();
    let data =
        text.strip_prefix("event: message\ndata: ").and_then(|rest| rest.strip_suffix("\n\n")).unwrap();
    assert!(!data.contains(['\n', '\r']));
    serde_json::from_str(data).unwrap()
}

/// A reply, its body read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, Cow<'static, str>)>,
    pub(crate) required_permissions: Vec<String>,
    pub(crate) faults: Vec<String>,
    /// `null` if there is none; the last message of a stream.
    pub(crate) body: Value,
    /// The messages of a stream that came before the last.
    pub(crate) messages: Vec<Value>,
}

impl Answer {
    /// Keeps a reply after checking what holds for every reply there is.
    fn of(reply: HttpReply) -> Self {
        let content_type =
            reply.headers.iter().find(|(name, _)| *name == "content-type").map(|(_, value)| value.clone());
        let mut faults: Vec<String> = reply.faults.iter().map(ToString::to_string).collect();
        let (body, messages) = match reply.body {
            ReplyBody::Empty => (Value::Null, Vec::new()),
            ReplyBody::Json(bytes) => {
                assert_eq!(content_type.as_deref(), Some("application/json"));
                (serde_json::from_slice(&bytes).unwrap(), Vec::new())
            }
            ReplyBody::Stream(stream) => {
                assert_eq!(content_type.as_deref(), Some("text/event-stream"));
                let parts: Vec<StreamPart> = pollster::block_on(stream.collect());
                faults.extend(parts.iter().flat_map(|part| &part.faults).map(ToString::to_string));
                let mut messages: Vec<Value> = parts.iter().map(|part| message_of(&part.bytes)).collect();
                (messages.pop().unwrap(), messages)
            }
        };
        assert_eq!(matches!(reply.status, 202 | 204), body.is_null(), "{body}");
        assert_eq!(content_type.is_some(), !body.is_null());
        assert_eq!(reply.headers.iter().any(|(name, _)| *name == "allow"), reply.status == 405);
        assert_eq!(!reply.required_permissions.is_empty(), body["error"]["code"] == 403);
        for message in body.as_array().unwrap_or(&vec![body.clone()]).iter().filter(|m| !m.is_null()) {
            assert_eq!(message["jsonrpc"], "2.0");
            assert!(message["result"].is_object() ^ message["error"].is_object(), "{message}");
            if message["error"].is_object() {
                assert!(message["error"]["code"].is_i64() && message["error"]["message"].is_string());
            }
        }
        Self {
            status: reply.status,
            headers: reply.headers,
            required_permissions: reply.required_permissions,
            faults,
            body,
            messages,
        }
    }

    pub(crate) fn result(&self) -> &Value {
        assert_eq!(self.status, 200, "{self:?}");
        assert!(self.body["result"].is_object(), "{self:?}");
        &self.body["result"]
    }

    /// Status and code, for rows of a table.
    pub(crate) fn refusal(&self) -> (u16, i64) {
        (self.status, self.body["error"]["code"].as_i64().unwrap_or_default())
    }

    pub(crate) fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or_default()
    }
}
