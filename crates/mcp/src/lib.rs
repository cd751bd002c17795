//! A server engine for the Model Context Protocol: bytes in, bytes out, no I/O, no runtime, no platform.
//!
//! Declare what your server offers; hand every HTTP request to [`Server::handle`]; send what comes back. One declaration
//! serves every revision of the protocol: the stateless 2026-07-28 and, on the same endpoint, the handshake revisions
//! 2025-11-25, 2025-06-18, 2025-03-26 and 2024-11-05.
//!
//! # A complete server
//!
//! ```
//! use mcp::{
//!     Authorize, Context, HttpReply, HttpRequest, Implementation, Origins, Output, Platform, ResourceContents,
//!     ResourceError, ResourceTemplate, ResourceUri, Server, Tool, ToolError,
//! };
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//!
//! /// What a request brings along: here, who calls. The engine passes it on and asks it one thing.
//! #[derive(Clone)]
//! struct Caller { scopes: Vec<String> }
//!
//! impl Authorize for Caller {
//!     fn may(&self, permission: &str) -> bool {
//!         self.scopes.iter().any(|scope| scope == permission)
//!     }
//! }
//!
//! #[derive(Deserialize, JsonSchema)]
//! struct Division { dividend: f64, divisor: f64 }
//!
//! #[derive(Serialize, JsonSchema)]
//! struct Quotient { quotient: f64 }
//!
//! async fn divide(_: Context<Caller>, numbers: Division) -> Result<Output<Quotient>, ToolError> {
//!     if numbers.divisor == 0.0 {
//!         return Err(ToolError::new("Nothing can be divided by zero. Use another divisor."));
//!     }
//!     Ok(Output::new(Quotient { quotient: numbers.dividend / numbers.divisor }))
//! }
//!
//! async fn constant(_: Context<Caller>, uri: ResourceUri) -> Result<Vec<ResourceContents>, ResourceError> {
//!     match uri.value("name") {
//!         "pi" => Ok(vec![ResourceContents::text(uri.as_str(), "text/plain", "3.14159")]),
//!         _ => Err(ResourceError::NotFound),
//!     }
//! }
//!
//! fn calculator() -> Server<Caller> {
//!     Server::new(Implementation::new("Calculator", "1.0.0"))
//!         .instructions("Divides numbers. Read calc://constants/{name} for well-known ones.")
//!         .tool(Tool::new("divide", divide).title("Divide two numbers").requires("calc:use"))
//!         .resource_template(ResourceTemplate::new("calc://constants/{name}", "constant", constant))
//! }
//!
//! /// What the host does with each request, once it knows who calls.
//! async fn answer(headers: &dyn mcp::Headers, body: &[u8], caller: Caller) -> HttpReply {
//!     let (origins, platform) = (Origins::none(), Platform::at(1_800_000_000_000));
//!     let request = HttpRequest { method: "POST", headers, origins: &origins, body, platform: &platform };
//!     calculator().handle(request, caller).await
//! }
//! # assert!(calculator().defects().is_empty());
//! # let headers = |name: &str| (name == "content-type").then(|| "application/json".to_owned());
//! # let body = br#"{"jsonrpc":"2.0","id":1,"method":"tools/call",
//! #                 "params":{"name":"divide","arguments":{"dividend":1,"divisor":8}}}"#;
//! # let reply = pollster::block_on(answer(&headers, body, Caller { scopes: vec!["calc:use".into()] }));
//! # assert_eq!(reply.status, 200);
//! # let mcp::ReplyBody::Json(json) = reply.body else { panic!("a handler that sends nothing is answered with JSON") };
//! # let said = String::from_utf8_lossy(&json);
//! # assert!(said.contains(r#"{"type":"text","text":"{\"quotient\":0.125}"}"#), "{said}");
//! ```
//!
//! # What happens to a request
//!
//! 1. [`HttpRequest`]: the host lends the method, the headers and the body. Who calls is already known: the check of the
//!    token comes before, and its result is the context `C`.
//! 2. The *checks*: one small function for each rule of the transport and of the envelope, each naming the section of the
//!    specification it keeps, asked in order. The first that is broken decides status and error code.
//! 3. The method. Handlers know nothing of revisions: a tool gives structured content *and* text, a title *and* a name,
//!    and what a revision does not know is left off its wire.
//! 4. [`HttpReply`]: status, headers, a body that is JSON or, where a handler had something to say before its result, an
//!    [`EventStream`], which [`EventStream::deliver`] makes ready to be sent; and two things that are not for the client: the
//!    permissions that were lacking, from which the host makes the `WWW-Authenticate` challenge of a 403, and the [`Fault`]s
//!    to log.
//!
//! # While a handler runs
//!
//! It can tell how far it is ([`Context::progress`]), write log messages ([`Context::log`]), ask the client's user
//! ([`Context::elicit`]), its model ([`Context::sample`]) or itself ([`Context::roots`]), and let the client fetch the rest
//! later ([`Context::let_poll`]). It is written once. In the stateless era a question ends the call, and the client calls
//! again with the answer; the handler then runs from its start, so nothing that changes the world belongs before a question.
//! In the handshake era the question travels on the event stream and the answer comes by another POST; that takes
//! sessions, which something outside has to hold ([`Sessions`], given to the engine with [`Platform::sessions`]). A server that
//! is one process has them in [`Memory`].
//!
//! Work that takes longer than a person waits can go on as a task ([`Context::go_on_as_task`]): the call is answered at once, and
//! the client asks for the result when it likes.
//!
//! No stream outlasts its caller's access, if the application says when that ends ([`Authorize::access_ends`]).
//!
//! # Three kinds of failure
//!
//! A *protocol error* ([`RpcError`]) says that the client program got something wrong. A *tool error*
//! ([`ToolError::new`]) is a result like any other, in words from which a model can see what to do next; arguments that do
//! not fit a tool's type become one of their own accord. A *fault* ([`Fault`]) is ours: outside it is "Internal error".
//!
//! # Layout
//!
//! From the ground up. A file imports from its own floor or from one below, and no two files import from each other.
//!
//! | folder | what is in it |
//! |---|---|
//! | `model` | what the protocol names, and what both sides say: messages, revisions, errors, schemas, contents |
//! | `ports` | what the engine asks of its host: a request, clock and secrets, sessions and tasks that are held, who may do what |
//! | `memory` | what is held of sessions and tasks, for a server of one process: [`Memory`] |
//! | `checks` | one pure function for each rule of transport and envelope, each naming its section |
//! | `handler` | what runs while a call is answered: context, questions, streams, tasks |
//! | `declare` | what an application declares: server, tools, resources, prompts, skills, apps |
//! | `methods` | what a request asks for |
//! | `transport` | Streamable HTTP, HTTP+SSE, the streams of a session: [`Server::handle`], [`Server::handle_sse`] |

mod checks;
mod declare;
mod handler;
mod memory;
mod methods;
mod model;
mod ports;
mod transport;

pub use declare::app::{APP_MEDIA_TYPE, APPS_EXTENSION, App, AppPermission, ToolVisibility};
pub use declare::card::{CARD_CACHE_CONTROL, CARD_MEDIA_TYPE, CATALOG_PATH};
pub use declare::completion::{Completing, Completion, CompletionError};
pub use declare::content::Content;
pub use declare::prompt::{Prompt, PromptError, PromptMessage};
pub use declare::resource::{
    Resource, ResourceEntry, ResourceError, ResourcePage, ResourceTemplate, ResourceUri, Resources,
};
pub use declare::server::Server;
pub use declare::skill::Skill;
pub use declare::tool::{Output, OutputParts, Tool, ToolAnnotations, ToolError, ToolOutput, ToolSchemas};
pub use handler::ask::{AskError, Elicitation, Elicited, ElicitedAction, Root, Sampled, Sampling};
pub use handler::context::Context;
pub use handler::event_stream::{EventStream, KEEP_ALIVE, StreamPart};
pub use memory::store::Memory;
pub use model::client::{ClientCapability, ClientInfo};
pub use model::contents::ResourceContents;
pub use model::error::{Fault, RpcError, code};
pub use model::implementation::{Icon, IconTheme, Implementation};
pub use model::log_level::LogLevel;
pub use model::revision::{Era, Revision};
pub use model::schema::{Arguments, NoArguments};
pub use ports::authorize::Authorize;
pub use ports::cors::{CORS_ALLOWED_HEADERS, CORS_ALLOWED_METHODS, CORS_EXPOSED_HEADERS};
pub use ports::headers::Headers;
pub use ports::http_request::{HttpRequest, MAX_BODY_BYTES};
pub use ports::local_future::LocalFuture;
pub use ports::origins::Origins;
pub use ports::platform::Platform;
pub use ports::seal::{SealingKey, digest};
pub use ports::sessions::{
    AwaitedAnswer, Event, Events, Lease, ResourceChange, ResourceChanges, STANDALONE, Sessions, Subscribed,
};
pub use ports::tasks::{HeldTask, TASKS_EXTENSION, TaskEvent, TaskSignal, TaskSignals, TaskStatus, Tasks};
pub use transport::delivery::Delivery;
pub use transport::http_reply::{HttpReply, ReplyBody};
pub use transport::http_sse::SseEndpoint;

/// Schemas of your own types: `use mcp::schemars::{self, JsonSchema};` is what `#[derive(JsonSchema)]` needs.
pub use schemars;

/// The examples of the README are tested with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
