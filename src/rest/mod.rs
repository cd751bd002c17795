//! `/api`: the page's door. JSON in, JSON out, problems as RFC 9457; same origin only, so no CORS headers at all.

mod config;
mod health;
mod history;
mod live;
mod openapi;
mod preferences;
mod todos;

use identity_workers::deployment::App;
use worker::{Method, Response};
use worker_kit::http::{Failure, Problem, Request};

pub(crate) async fn route(request: Request, app: &App) -> Result<Response, Failure> {
    match (&request.method, request.segments().as_slice()) {
        (Method::Get | Method::Head, ["api", "health"]) => health::get(app),
        (Method::Get | Method::Head, ["api", "config"]) => config::get(&request, app),
        (Method::Get | Method::Head, ["api", "openapi.json"]) => openapi::get(),
        (_, ["api", "health" | "config" | "openapi.json"]) => {
            Err(Problem::method_not_allowed("GET, HEAD").into())
        }
        (Method::Get, ["api", "todos", "live"]) => live::get(&request, app).await,
        (_, ["api", "todos", "live"]) => Err(Problem::method_not_allowed("GET").into()),
        (_, ["api", "history", ..]) => history::route(request, app).await,
        (_, ["api", "todos", ..]) => todos::route(request, app).await,
        _ => Err(Problem::not_found().into()),
    }
}
