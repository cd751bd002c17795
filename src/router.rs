//! Every path that the Worker answers. The page's files are served without it.
//!
//! | path | authentication | what |
//! |---|---|---|
//! | `/api/health`, `/api/config`, `/api/openapi.json` | open | the deployment's state; what the page needs to start; the description of `/api` |
//! | `/api/todos…`, `/api/history…` | cookie | the list and what was done to it, for the page |
//! | `/mcp` | bearer | Model Context Protocol |
//! | `/mcp/server-card`, `/.well-known/mcp/catalog.json` | open | how a host finds the endpoint |
//! | `/sse`, `/sse/message` | bearer | the same for clients of its first transport, HTTP+SSE |
//! | `/oauth/authorize` | open | the authorization endpoint: a page, after the server's judgement of the request |
//! | `/oauth/logout` | open | the end-session endpoint: a page, and a form that leads to it |
//! | `/.well-known/…` | open | OAuth and OpenID metadata (RFC 8414, RFC 9728), keys |
//! | `/sdk/v1/…`, `/v1/…` | their own | the embedded identity provider, in Stytch's URL space |
//! | `/todoapp`, `/settings`, `/login`, … | open | the page, for the paths that it knows; any other path is 404 |
//! | `/operator/…` | the operator's token | how a list is, and restoring it; 404 in a deployment that has no such token |
//! | `/dev/mailbox` | loopback | login codes, in development only |
//!
//! Paths that programs are configured with work with a slash at the end as without: all of `/mcp…`, `/sse…` and `/.well-known/…`.

use std::rc::Rc;

use futures_util::future::LocalBoxFuture;
use identity_workers::{
    config::{Config, Misconfigured},
    deployment::Deployment,
};
use worker::{Context, Env, Method, web_sys};
use worker_kit::{
    clock,
    http::{Failure, Incoming, Problem, Request, Response, log_fault, open_answer},
    object, static_files,
};

use crate::{mcp_endpoint, operator, pages, product::PRODUCT, rest};

/// Answers one request, whatever happens.
pub(crate) async fn answer(
    incoming: Incoming,
    env: Env,
    context: Context,
) -> worker_kit::Result<web_sys::Response> {
    let config = match Config::of(&env, &PRODUCT) {
        Ok(config) => config,
        Err(wrong) => return misconfigured(&incoming, &env, &wrong).await?.into_platform(),
    };
    let request = match Request::read(incoming, |origin| config.serves(origin)) {
        Ok(request) => request,
        Err(problem) => return problem.into_response()?.into_platform(),
    };
    let deployment =
        Deployment { env, config: Rc::clone(&config), application: &PRODUCT, context: context.into() };
    let log_line = request.log_line();
    let answer = object::counted(clock::held(Box::pin(answer_here(request, &deployment, &log_line))));
    let (answer, asked) = answer.await;
    let mut answer = answer?;
    if config.server_timing {
        answer = answer.with("server-timing", &asked.to_string());
    }
    // The platform may refuse a header field.
    answer
        .into_platform()
        .or_else(|error| fault(&log_line, &error.to_string()).into_response()?.into_platform())
}

async fn answer_here(
    request: Request,
    deployment: &Deployment,
    log_line: &str,
) -> worker_kit::Result<Response> {
    match route(request, deployment).await {
        Ok(response) => Ok(response),
        Err(failure) => failure.into_problem().unwrap_or_else(|what| fault(log_line, &what)).into_response(),
    }
}

/// What is logged of a fault, and told.
fn fault(log_line: &str, what: &str) -> Problem {
    let fault_id = log_fault(log_line, &what);
    Problem::new(500, "fault", "Something went wrong on the server. Nothing was lost; try again.")
        .with("faultId", fault_id)
}

async fn route(request: Request, deployment: &Deployment) -> Result<Response, Failure> {
    // Each future has a box of its own: V8 compiles a function when it is first called, and one with all of these in it would be compiled
    // whole for any of them.
    let answer: LocalBoxFuture<'_, _> = match request.place().as_slice() {
        ["api", ..] => Box::pin(rest::route(request, deployment)),
        ["mcp", "server-card"] | [".well-known", "mcp", "catalog.json"] => {
            Box::pin(open_answer(request, async |request| mcp_endpoint::card::route(&request)))
        }
        ["mcp" | "sse", ..] => Box::pin(mcp_endpoint::route(request, deployment)),
        ["oauth", "authorize"] => Box::pin(identity_workers::authorization_endpoint(request, deployment)),
        ["oauth", "logout"] => Box::pin(identity_workers::end_session_endpoint(request, deployment)),
        [".well-known" | "sdk" | "v1" | "dev", ..] => Box::pin(identity_workers::route(request, deployment)),
        ["operator", ..] => Box::pin(operator::route(request, deployment)),
        _ => Box::pin(async move { pages::route(&request, &deployment.env).await }),
    };
    answer.await
}

/// 503 on every path, so that no request is served by half a configuration; on the page's own, the page, which says so.
async fn misconfigured(
    incoming: &Incoming,
    env: &Env,
    wrong: &Misconfigured,
) -> worker_kit::Result<Response> {
    let (method, path) = incoming.line();
    let place: Vec<&str> = path.trim_matches('/').split('/').collect();
    if method == Method::Get
        && pages::is_page(&place)
        && let Ok(page) = static_files::page(env, &Method::Get, 503).await
    {
        return Ok(page);
    }
    Problem::new(503, "misconfigured", format!("This server is not set up: {}.", wrong.0.join("; ")))
        .into_response()
}
