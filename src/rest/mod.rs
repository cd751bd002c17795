//! `/api`: the interface for the page. JSON in, JSON out, problems as RFC 9457; same origin only, so no CORS headers at all.

mod caller;
mod config;
mod health;
mod history;
mod live;
mod openapi;
mod preferences;
mod todos;

use identity_workers::deployment::Deployment;
use worker::Method;
use worker_kit::http::{Failure, Problem, Request, Response};

pub(crate) async fn route(request: Request, deployment: &Deployment) -> Result<Response, Failure> {
    match (&request.method, request.segments().as_slice()) {
        (Method::Get | Method::Head, ["api", "health"]) => health::get(deployment),
        (Method::Get | Method::Head, ["api", "config"]) => config::get(&request, deployment),
        (Method::Get | Method::Head, ["api", "openapi.json"]) => openapi::get(&deployment.env).await,
        (_, ["api", "health" | "config" | "openapi.json"]) => {
            Err(Problem::method_not_allowed("GET, HEAD").into())
        }
        (Method::Get, ["api", "todos", "live"]) => live::get(&request, deployment).await,
        (_, ["api", "todos", "live"]) => Err(Problem::method_not_allowed("GET").into()),
        (_, ["api", "history", ..]) => history::route(request, deployment).await,
        (_, ["api", "todos", ..]) => todos::route(request, deployment).await,
        _ => Err(Problem::not_found().into()),
    }
}
