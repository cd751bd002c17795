//! What the official conformance suite looks for, declared on the `mcp` crate: a Worker of its own, in which nothing of
//! the TODO service has a part. It shows that the engine is a library, and is never deployed.
//!
//! Names, texts and schemas are the suite's; `make conformance` runs it.

mod content;
mod here;
mod migrating;
mod prompts;
mod questions;
mod resources;
mod running;
mod skills;
mod tasks;
mod watched_session;

use std::rc::Rc;
use std::time::Duration;

use mcp::{
    CARD_CACHE_CONTROL, CARD_MEDIA_TYPE, CATALOG_PATH, HttpRequest, Implementation, MAX_BODY_BYTES, Origins,
    SealingKey, Server, SseEndpoint,
};
use mcp_workers::{HeldSessions, HeldTasks, Holder};
use worker::{Context, Env, Request, Response, console_error, event};

use crate::here::Here;

/// Short, so that a test sees soon that a client has gone.
const SILENCE: Duration = Duration::from_secs(1);

thread_local! {
    static SERVER: Rc<Server<Here>> = Rc::new(declare());
}

fn declare() -> Server<Here> {
    let server = Server::new(Implementation::new("conformance-fixture", env!("CARGO_PKG_VERSION")))
        .logs()
        .updates()
        .tasks();
    let server = content::declare(server);
    let server = running::declare(server);
    let server = watched_session::declare(server);
    let server = questions::declare(server);
    let server = tasks::declare(server);
    let server = resources::declare(server);
    let server = skills::declare(server);
    prompts::declare(server)
}

#[event(fetch)]
async fn fetch(mut request: Request, env: Env, context: Context) -> worker::Result<Response> {
    let url = request.url()?;
    if !matches!(url.host_str(), Some("localhost" | "127.0.0.1")) {
        return Response::error("This server answers to this machine alone", 421);
    }
    let session = url.query_pairs().find(|(name, _)| name == "sessionId").map(|(_, id)| id.into_owned());
    let session = session.unwrap_or_default();
    let endpoint = match url.path() {
        "/mcp" => None,
        "/mcp/server-card" | CATALOG_PATH => return found(&url),
        "/sse" => Some(SseEndpoint::Stream { messages: "/sse/message" }),
        path if path.starts_with("/migrating/") => return migrating::route(&url, &env).await,
        "/sse/message" => Some(SseEndpoint::Messages { session: &session }),
        _ => return Response::error("There is nothing at this address", 404),
    };
    let method = request.method();
    let headers = request.headers().clone();
    let body = request.bytes().await?;
    if body.len() > MAX_BODY_BYTES {
        return Response::error("The body is too long", 413);
    }
    let platform = mcp_workers::platform()
        // Anybody may know it: nothing here is worth a secret.
        .key(SealingKey::new(*b"conformance fixture, not secret."))
        .sessions(Rc::new(HeldSessions::new(&env, Holder::new("", ""))))
        .tasks(Rc::new(HeldTasks::new(&env, Holder::new("", ""))));
    let server = SERVER.with(Rc::clone);
    let request = HttpRequest {
        method: method.as_ref(),
        headers: &|name: &str| headers.get(name).ok().flatten(),
        origins: &Origins::none().allow_loopback(),
        body: &body,
        platform: &platform,
    };
    let reply = match endpoint {
        None => server.handle(request, Here { env }).await,
        Some(endpoint) => server.handle_sse(request, endpoint, Here { env }).await,
    };
    mcp_workers::response(reply, &context, SILENCE, |fault| console_error!("{fault}"))?.try_into()
}

/// The documents by which a server is found.
fn found(url: &worker::Url) -> worker::Result<Response> {
    let (domain, endpoint) =
        (url.host_str().unwrap_or_default(), format!("{}/mcp", url.origin().ascii_serialization()));
    let (document, kind) = SERVER.with(|server| match url.path() {
        CATALOG_PATH => (server.catalog(domain, &endpoint), "application/json"),
        _ => (server.card(domain, &endpoint), CARD_MEDIA_TYPE),
    });
    let response = Response::from_json(&document)?;
    response.headers().set("content-type", kind)?;
    response.headers().set("cache-control", CARD_CACHE_CONTROL)?;
    response.headers().set("access-control-allow-origin", "*")?;
    Ok(response)
}
