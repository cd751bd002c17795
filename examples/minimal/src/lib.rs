//! An MCP server on Cloudflare Workers: one tool, open to everybody.

use std::rc::Rc;
use std::time::Duration;

use mcp::schemars::{self, JsonSchema};
use mcp::{Context, HttpRequest, Implementation, Origins, Output, Server, Tool, ToolError};
use mcp_workers::{SILENCE, platform, response};
use worker::{Env, Request, console_error, event};
use worker_kit::{
    http::{Problem, Response},
    timer::sleep,
};

/// The tool's arguments. What stands here is what a model reads of them.
#[derive(serde::Deserialize, JsonSchema)]
struct Countdown {
    /// Where to begin: 1 to 10.
    from: u8,
}

#[derive(serde::Serialize, JsonSchema)]
struct Launched {
    /// How long it took, in milliseconds.
    took: u64,
}

const STEP: Duration = Duration::from_millis(100);

/// Waits between steps and says how far it is, so a client that asks for progress is answered with an event stream.
async fn count_down(cx: Context<()>, countdown: Countdown) -> Result<Output<Launched>, ToolError> {
    let from = countdown.from;
    if !(1..=10).contains(&from) {
        return Err(ToolError::new("Count down from 1 to 10."));
    }
    for done in 1..=from {
        sleep(STEP).await;
        cx.progress(done.into(), Some(from.into()), None);
    }
    Ok(Output::new(Launched { took: u64::from(from) * 100 }).summary("Lift-off!"))
}

thread_local! {
    /// Declared once in each isolate.
    static SERVER: Rc<Server<()>> = Rc::new(
        Server::new(Implementation::new("minimal", env!("CARGO_PKG_VERSION")))
            .tool(Tool::new("count_down", count_down).description("Counts down to a launch.")),
    );
}

#[event(fetch)]
async fn fetch(mut request: Request, _: Env, context: worker::Context) -> worker_kit::Result<Response> {
    if request.path() != "/mcp" {
        return Problem::not_found().into_response();
    }
    let (method, headers, body) = (request.method(), request.headers().clone(), request.bytes().await?);
    let request = HttpRequest {
        method: method.as_ref(),
        headers: &|name: &str| headers.get(name).ok().flatten(),
        // No page of another origin may call it, but for those on this machine.
        origins: &Origins::none().allow_loopback(),
        body: &body,
        platform: &platform(),
    };
    let reply = SERVER.with(Rc::clone).handle(request, ()).await;
    response(reply, &context, SILENCE, |fault| console_error!("{fault}"))
}
