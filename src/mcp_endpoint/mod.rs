//! `/mcp`: the agents' door. Bytes go from the platform to the engine (the `mcp` crate) and back; what the server offers
//! is declared in [`todo_service`].

mod context;
mod resources;
mod todo_service;
mod tools;

use std::rc::Rc;

use mcp::{CORS_ALLOWED_METHODS, CORS_EXPOSED_HEADERS, HttpRequest, MAX_BODY_BYTES, Origins, Server};
use worker::{Method, Response};

use self::context::TodoContext;
use crate::{
    http::{self, Failure, Request, limited_body},
    identity,
    router::{App, log_fault},
    todo_list::TodoListClient,
};

thread_local! {
    /// The declaration, made once per isolate: it is plain data and functions.
    static SERVER: Rc<Server<TodoContext>> = Rc::new(todo_service::declare());
}

/// Answers one request to the endpoint.
pub(crate) async fn route(request: Request, app: &App) -> Result<Response, Failure> {
    let server = SERVER.with(Rc::clone);
    let response = if request.method == Method::Options {
        http::empty(204)?
    } else {
        match answer(&server, request, app).await {
            Ok(response) => response,
            // A refusal at the door is read by pages too: without CORS they would not see the challenge.
            Err(Failure::Problem(problem)) => problem.into_response()?,
            Err(fault) => return Err(fault),
        }
    };
    // No cookie opens this door, so a page may read what its own token got it. Which pages may call at all is the
    // engine's to say.
    Ok(http::with_headers(
        response,
        &[
            ("access-control-allow-origin", "*"),
            ("access-control-allow-methods", CORS_ALLOWED_METHODS),
            ("access-control-allow-headers", &server.cors_allowed_headers()),
            ("access-control-expose-headers", CORS_EXPOSED_HEADERS),
            ("access-control-max-age", "7200"),
        ],
    )?)
}

async fn answer(server: &Server<TodoContext>, mut request: Request, app: &App) -> Result<Response, Failure> {
    let caller = identity::bearer_door(&request, app).await?;
    let list = TodoListClient::of(&app.env, &caller.user_id)?;
    let body = limited_body(&mut request, MAX_BODY_BYTES).await?;
    let reply = server
        .handle(
            HttpRequest {
                method: request.method.as_ref(),
                headers: &|name: &str| request.header(name),
                origins: &allowed_origins(&request),
                body: &body,
                platform: &mcp_workers::platform(),
            },
            TodoContext::new(list, caller.permissions),
        )
        .await;
    let log_line = request.log_line();
    let needed = reply.required_permissions.clone();
    let response = mcp_workers::response(reply, &app.context, move |fault| {
        log_fault(&log_line, fault);
    })?;
    if needed.is_empty() {
        return Ok(response);
    }
    let challenge = identity::insufficient_scope(&request, app, &needed);
    Ok(http::with_headers(response, &[("www-authenticate", &challenge)])?)
}

/// The pages that may call: the Worker's own, and in development every page on this machine, the MCP Inspector's among
/// them.
fn allowed_origins(request: &Request) -> Origins {
    let origins = Origins::none().allow(request.origin.as_str());
    if request.origin.is_loopback() { origins.allow_loopback() } else { origins }
}
