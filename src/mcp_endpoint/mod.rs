//! The endpoint for agents: `/mcp`, and `/sse` for clients that know only the first transport. Requests go from the platform to the
//! engine (the `mcp` crate) and back; what the server offers is declared in [`todo_service`]. The state of a session is stored in an
//! `McpSession` object (the `mcp-workers` crate); a plain request needs none.

mod board;
pub(crate) mod card;
mod changes;
mod clear;
mod context;
mod feed;
mod history;
mod icons;
mod list_access;
mod prompts;
mod resources;
mod schemas;
mod todo_service;
mod tools;

use std::rc::Rc;

use identity_workers::{
    Caller, CallingClient, CheckError, authenticate, deployment::Deployment, key_ring::Secrets,
};
use mcp::{
    CORS_ALLOWED_METHODS, CORS_EXPOSED_HEADERS, HttpRequest, MAX_BODY_BYTES, Origins, Platform, SealingKey,
    Server, SseEndpoint,
};
use mcp_workers::{HeldSessions, Holder};
use oauth::bearer::BearerRefusal;
use worker::Method;
use worker_kit::http::{self, Failure, Problem, Request, Response, limited_body, log_fault};

use self::{context::TodoContext, feed::ListFeed, list_access::ListAccess};
use crate::mcp_endpoint::todo_service::server_at;

/// Answers a request to the endpoint or to a path below it; 404 for an unknown path, also in a browser.
pub(crate) async fn route(request: Request, deployment: &Deployment) -> Result<Response, Failure> {
    let server = server_at(&request.origin);
    // No cookie is read here, so a page may read what its own token got it. Which pages may call at all is the
    // engine's to say.
    if request.method == Method::Options {
        return Ok(http::empty(204)
            .with("access-control-allow-origin", "*")
            .with("access-control-allow-methods", CORS_ALLOWED_METHODS)
            .with("access-control-allow-headers", &server.cors_allowed_headers())
            .with("access-control-max-age", "7200"));
    }
    let response = match answer(&server, &request, deployment).await {
        Ok(response) => response,
        // A refusal is read by pages too: without CORS they would not see the challenge.
        Err(error) => {
            let problem = error.render(&request, deployment).into_problem().map_err(Failure::fault)?;
            problem.into_response()?
        }
    };
    // Only a browser sends an `Origin`, and nothing that is answered here may be cached for whoever does not.
    if request.header("origin").is_none() {
        return Ok(response);
    }
    Ok(response
        .with("access-control-allow-origin", "*")
        .with("access-control-expose-headers", CORS_EXPOSED_HEADERS))
}

async fn answer(
    server: &Server<TodoContext>,
    request: &Request,
    deployment: &Deployment,
) -> Result<Response, CheckError<BearerRefusal>> {
    if !matches!(request.place().as_slice(), ["mcp" | "sse"] | ["sse", "message"]) {
        return Err(Failure::from(Problem::not_found()).into());
    }
    let (caller, access) = authenticate::bearer(request, deployment).await?;
    let Caller { user_id, client, entitlement } = caller;
    let access = ListAccess::new(user_id, client.id(), access, deployment);
    let body = limited_body(request, MAX_BODY_BYTES).await?;
    let session;
    let endpoint = match request.place().as_slice() {
        ["sse"] => Some(SseEndpoint::Stream { messages: "/sse/message" }),
        ["sse", "message"] => {
            session = request.query("sessionId").unwrap_or_default();
            Some(SseEndpoint::Messages { session: &session })
        }
        _ => None,
    };
    let platform = platform(deployment, &client, &access).await?;
    let message = HttpRequest {
        method: request.method.as_ref(),
        headers: &|name: &str| request.header(name),
        origins: &allowed_origins(request),
        body: &body,
        platform: &platform,
    };
    let context = TodoContext::new(client, &entitlement, access.clone());
    let reply = match endpoint {
        None => server.handle(message, context).await,
        Some(endpoint) => server.handle_sse(message, endpoint, context).await,
    };
    if reply.access_ended {
        // As any token that is not good is answered. Whatever is remembered of this one was said before.
        access.lease().forget();
        return Err(BearerRefusal::Revoked.into());
    }
    let log_line = request.log_line();
    let needed = reply.required_permissions.clone();
    let response = mcp_workers::response(reply, &deployment.context, mcp_workers::SILENCE, move |fault| {
        log_fault(&log_line, fault);
    });
    let response = response.map_err(Failure::from)?;
    if needed.is_empty() {
        return Ok(response);
    }
    let challenge = authenticate::insufficient_scope(request, deployment, &needed);
    Ok(response.with("www-authenticate", &challenge))
}

/// What the engine may use: a key that seals session ids, and the objects that hold sessions, for this caller's client.
async fn platform(
    deployment: &Deployment,
    client: &CallingClient,
    access: &ListAccess,
) -> Result<Platform, Failure> {
    let secrets = Secrets::open(deployment).await?;
    let holder = Holder::new(access.user_id().as_str(), client.id());
    let sessions = HeldSessions::new(&deployment.env, holder).with_feed(Rc::new(ListFeed(access.clone())));
    Ok(mcp_workers::platform()
        .key(SealingKey::new(*secrets.secret_for("mcp").as_bytes()))
        .sessions(Rc::new(sessions)))
}

/// The pages that may call: the Worker's own, and in development every page on this machine, the MCP Inspector's among
/// them.
fn allowed_origins(request: &Request) -> Origins {
    let origins = Origins::none().allow(request.origin.as_str());
    if request.origin.is_loopback() { origins.allow_loopback() } else { origins }
}
