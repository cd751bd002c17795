//! The floors of the bench: the least that a Worker in Rust does for a POST, that one does which asks an object, and that one does whose
//! object keeps something.
//!
//! `POST /echo` gives the body back. `POST /hop` has an object do so, the same for every request. `POST /store/{name}` has the object of
//! that name write the body into its one row first, and `POST /copy/{name}` write it to KV besides, under a new key, behind the answer.
//!
//! `GET /stream` opens an event stream on which nothing comes but a comment now and then. `GET /stream/{name}` holds a hibernatable WebSocket
//! to the object of that name as well, for as long as the stream is open.

use std::time::Duration;

use futures_util::stream;
use worker::{
    Context, Delay, DurableObject, Env, Headers, Method, Request, Response, Result, State, WebSocket,
    WebSocketIncomingMessage, WebSocketPair, durable_object, event, js_sys::Math::random,
};

/// As long as this Worker and its peers are silent on a stream. Writing is how the platform notices that a client has gone.
const SILENCE: Duration = Duration::from_secs(20);

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: Context) -> Result<Response> {
    let path = request.path();
    match path.as_str() {
        "/echo" => return echoed(request).await,
        "/stream" => return idle(None),
        _ => {}
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let object = env.durable_object("HOP")?.get_by_name(name)?;
    if !path.starts_with("/stream/") {
        return object.fetch_with_request(request).await;
    }
    let mut upgrade = Request::new(request.url()?.as_str(), Method::Get)?;
    upgrade.headers_mut()?.set("upgrade", "websocket")?;
    let socket = object.fetch_with_request(upgrade).await?.websocket();
    if let Some(socket) = &socket {
        socket.accept()?;
    }
    idle(socket)
}

/// An event stream with nothing but comments. It holds the WebSocket, and closes it when its client has gone.
fn idle(socket: Option<WebSocket>) -> Result<Response> {
    let comments = stream::unfold((Duration::ZERO, Held(socket)), async |(silence, held)| {
        Delay::from(silence).await;
        Some((Ok::<_, worker::Error>(b": still here\n\n".to_vec()), (SILENCE, held)))
    });
    let headers = Headers::new();
    headers.set("content-type", "text/event-stream")?;
    Ok(Response::from_stream(comments)?.with_headers(headers))
}

struct Held(Option<WebSocket>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(socket) = &self.0 {
            drop(socket.close::<&str>(None, None));
        }
    }
}

async fn echoed(mut request: Request) -> Result<Response> {
    echo(request.bytes().await?)
}

fn echo(body: Vec<u8>) -> Result<Response> {
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    Ok(Response::from_bytes(body)?.with_headers(headers))
}

#[durable_object]
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
        if path.starts_with("/stream/") {
            let WebSocketPair { client, server } = WebSocketPair::new()?;
            self.state.accept_web_socket(&server);
            return Response::from_websocket(client);
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

    async fn websocket_message(&self, _: WebSocket, _: WebSocketIncomingMessage) -> Result<()> {
        Ok(())
    }

    async fn websocket_close(&self, socket: WebSocket, _: usize, _: String, _: bool) -> Result<()> {
        drop(socket.close::<&str>(None, None));
        Ok(())
    }

    async fn websocket_error(&self, _: WebSocket, _: worker::Error) -> Result<()> {
        Ok(())
    }
}
