//! The floors of the bench: the least that a Worker in Rust does for a POST, that one does which asks an object, and that one does whose
//! object keeps something.
//!
//! `POST /echo` gives the body back. `POST /hop` has an object do so, the same for every request. `POST /store/{name}` has the object of
//! that name write the body into its one row first, and `POST /copy/{name}` write it to KV besides, under a new key, behind the answer.

use worker::{
    Context, DurableObject, Env, Headers, Request, Response, Result, State, durable_object, event,
    js_sys::Math::random,
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: Context) -> Result<Response> {
    let path = request.path();
    if path == "/echo" {
        return echoed(request).await;
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    env.durable_object("HOP")?.get_by_name(name)?.fetch_with_request(request).await
}

async fn echoed(mut request: Request) -> Result<Response> {
    echo(request.bytes().await?)
}

fn echo(body: Vec<u8>) -> Result<Response> {
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    Ok(Response::from_bytes(body)?.with_headers(headers))
}

#[durable_object(fetch)]
struct Hop {
    state: State,
    env: Env,
}

impl DurableObject for Hop {
    fn new(state: State, env: Env) -> Self {
        let table = "CREATE TABLE IF NOT EXISTS kept (only INTEGER PRIMARY KEY, body TEXT NOT NULL)";
        state.storage().sql().exec(table, None).expect("a table can be made");
        Self { state, env }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let path = request.path();
        if path == "/hop" {
            return echoed(request).await;
        }
        let text = request.text().await?;
        let sql = self.state.storage().sql();
        sql.exec("INSERT OR REPLACE INTO kept VALUES (1, ?)", vec![text.as_str().into()])?;
        if path.starts_with("/copy/") {
            let put = self.env.kv("COPY")?.put(&random().to_string(), &text)?;
            self.state.wait_until(async move { drop(put.execute().await) });
        }
        echo(text.into_bytes())
    }
}
