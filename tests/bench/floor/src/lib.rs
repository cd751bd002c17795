//! The floors of the bench: the least that a Worker in Rust does for a POST, and the least that one does which asks an object.
//!
//! `POST /echo` gives the body back. `POST /hop` has an object, the same for every request of a name, do so.

use worker::{Context, DurableObject, Env, Headers, Request, Response, Result, State, durable_object, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: Context) -> Result<Response> {
    if request.path() != "/hop" {
        return echo(request).await;
    }
    env.durable_object("HOP")?.get_by_name("ada")?.fetch_with_request(request).await
}

async fn echo(mut request: Request) -> Result<Response> {
    let body = request.bytes().await?;
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    Ok(Response::from_bytes(body)?.with_headers(headers))
}

#[durable_object(fetch)]
struct Hop;

impl DurableObject for Hop {
    fn new(_: State, _: Env) -> Self {
        Self
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        echo(request).await
    }
}
