//! Every path that the Worker answers. What is not here is a file of the page, served without the Worker.
//!
//! | path | door | what |
//! |---|---|---|
//! | `/api/health`, `/api/config`, `/api/openapi.json` | open | is it well; what the page needs to start; `/api` described |
//! | `/api/todos…`, `/api/history…` | cookie | the list and what was done to it, for the page |
//! | `/mcp` | bearer | Model Context Protocol |
//! | `/mcp/server-card`, `/.well-known/mcp/catalog.json` | open | how a host finds the endpoint |
//! | `/sse`, `/sse/message` | bearer | the same for clients of its first transport, HTTP+SSE |
//! | `/oauth/authorize` | open | the authorization endpoint: a page, behind what only the server can say of a request |
//! | `/oauth/logout` | open | the end-session endpoint: a page, and a form that leads to it |
//! | `/.well-known/…` | open | OAuth and OpenID metadata (RFC 8414, RFC 9728), keys |
//! | `/sdk/v1/…`, `/v1/…` | their own | the embedded identity provider, in Stytch's URL space |
//! | `/dev/mailbox` | loopback | login codes, in development only |
//!
//! What programs are told to call works with a slash at its end as without: all of `/mcp…`, `/sse…` and `/.well-known/…`.

use worker::{Context, Env, Response, console_error};

use crate::{
    config::{Config, Misconfigured},
    http::{Failure, Problem, Request, open_answer},
    identity, mcp_endpoint, rest,
};

/// What every handler is given besides the request.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) env: Env,
    pub(crate) config: std::rc::Rc<Config>,
    /// Keeps work going after its answer.
    pub(crate) context: std::rc::Rc<Context>,
}

/// Answers one request, whatever happens.
pub(crate) async fn answer(
    platform: worker::Request,
    env: Env,
    context: Context,
) -> worker::Result<Response> {
    let config = match Config::of(&env) {
        Ok(config) => config,
        Err(wrong) => return misconfigured(&wrong).into_response(),
    };
    let request = match Request::read(platform, &config) {
        Ok(request) => request,
        Err(problem) => return problem.into_response(),
    };
    let log_line = request.log_line();
    match route(request, &App { env, config, context: context.into() }).await {
        Ok(response) => Ok(response),
        Err(Failure::Problem(problem)) => problem.into_response(),
        Err(Failure::Fault(fault)) => {
            let fault_id = log_fault(&log_line, &fault);
            Problem::new(500, "fault", "Something went wrong on the server. Nothing was lost; try again.")
                .with("faultId", fault_id)
                .into_response()
        }
    }
}

/// Writes a fault into the log, once, under an id that the caller may be told.
pub(crate) fn log_fault(log_line: &str, fault: &impl std::fmt::Display) -> String {
    let fault_id = format!("{:016x}", getrandom::u64().unwrap_or_default());
    console_error!("fault {fault_id} {log_line}: {fault}");
    fault_id
}

async fn route(request: Request, app: &App) -> Result<Response, Failure> {
    match request.place().as_slice() {
        ["api", ..] => rest::route(request, app).await,
        ["mcp", "server-card"] | [".well-known", "mcp", "catalog.json"] => {
            open_answer(request, async |request| mcp_endpoint::card::route(&request)).await
        }
        ["mcp" | "sse", ..] => mcp_endpoint::route(request, app).await,
        ["oauth", "authorize"] => identity::authorization_endpoint(request, app).await,
        ["oauth", "logout"] => identity::end_session_endpoint(request, app).await,
        [".well-known" | "sdk" | "v1" | "dev", ..] => identity::route(request, app).await,
        _ => Err(Problem::not_found().into()),
    }
}

/// 503 on every path, so that no request is served by half a configuration.
fn misconfigured(wrong: &Misconfigured) -> Problem {
    Problem::new(503, "misconfigured", format!("This server is not set up: {}.", wrong.0.join("; ")))
}
