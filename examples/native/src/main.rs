//! An MCP server as a program of its own: the engine under hyper, on one thread, with event streams, sessions and tasks.

use std::convert::Infallible;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use futures_util::stream::{LocalBoxStream, Stream, StreamExt, iter};
use http_body_util::{BodyExt, Limited, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::{Request, Response, header::HeaderValue, http, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use mcp::schemars::{self, JsonSchema};
use mcp::*;
use tokio::{net::TcpListener, task::LocalSet, task::spawn_local, time};

#[derive(serde::Deserialize, JsonSchema)]
struct Count {
    to: u8,
}

#[derive(serde::Serialize, JsonSchema)]
struct Counted {
    sum: u32,
}

#[derive(serde::Deserialize, JsonSchema)]
struct Name {
    name: String,
}

fn declare() -> Server<()> {
    let count = async |cx: Context<()>, Count { to }: Count| {
        for done in 1..=to {
            time::sleep(Duration::from_millis(50)).await;
            cx.progress(done.into(), Some(to.into()), None);
        }
        Ok(Output::new(Counted { sum: (1..=u32::from(to)).sum() }))
    };
    let greet = async |cx: Context<()>, _: NoArguments| {
        let answer = cx.elicit("name", Elicitation::form::<Name>("What is your name?")).await?;
        Ok(answer.accepted().map_or("Hello!".into(), |Name { name }| format!("Hello, {name}!")))
    };
    Server::new(Implementation::new("native", env!("CARGO_PKG_VERSION")))
        .tool(Tool::new("count", count).description("Counts, says how far it is, and adds up."))
        .tool(Tool::new("greet", greet).description("Asks for a name and greets its owner."))
}

struct App {
    server: Server<()>,
    memory: Rc<Memory>,
    silence: Duration,
}

type Body = StreamBody<LocalBoxStream<'static, Result<Frame<Bytes>, Infallible>>>;

async fn answer(app: Rc<App>, request: Request<Incoming>) -> http::Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) if head.uri.path() == "/mcp" => body.to_bytes(),
        Ok(_) => return Response::builder().status(404).body(body_of(iter([]))),
        Err(_) => return Response::builder().status(413).body(body_of(iter([]))),
    };
    let headers = |name: &str| {
        let values: Vec<&str> = head.headers.get_all(name).iter().flat_map(HeaderValue::to_str).collect();
        (!values.is_empty()).then(|| values.join(", "))
    };
    let request = HttpRequest {
        method: head.method.as_str(),
        headers: &headers,
        origins: &Origins::none().allow_loopback(),
        body: &body,
        platform: &app.memory.platform(),
    };
    let HttpReply { status, headers, body, faults, rest, .. } = app.server.handle(request, ()).await;
    let log = |fault: &Fault| eprintln!("{fault}");
    faults.iter().for_each(log);
    rest.map(|rest| spawn_local(async move { rest.await.iter().for_each(log) }));
    let head = Response::builder().status(status);
    let head = headers.iter().fold(head, |head, (name, value)| head.header(*name, &**value));
    head.body(match body {
        ReplyBody::Empty => body_of(iter([])),
        ReplyBody::Json(json) => body_of(iter([json])),
        ReplyBody::Stream(events) => {
            let Delivery { chunks, work } = events.deliver(move || Box::pin(time::sleep(app.silence)), log);
            work.map(spawn_local);
            body_of(chunks)
        }
    })
}

fn body_of(chunks: impl Stream<Item = Vec<u8>> + 'static) -> Body {
    StreamBody::new(chunks.map(|bytes| Ok(Frame::data(bytes.into()))).boxed_local())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let setting =
        |name, default| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let mut key = [0; 32];
    getrandom::fill(&mut key)?;
    let app = Rc::new(App {
        server: declare(),
        memory: Memory::new(SealingKey::new(key), SystemTime::now, |time| Box::pin(time::sleep(time))),
        silence: Duration::from_millis(setting("SILENCE_MS", 20_000).into()),
    });
    let listener = TcpListener::bind(("127.0.0.1", setting("PORT", 3001))).await?;
    println!("http://{}/mcp", listener.local_addr()?);
    let serve = async {
        loop {
            let (app, socket) = (app.clone(), TokioIo::new(listener.accept().await?.0));
            let service = service_fn(move |request| answer(app.clone(), request));
            spawn_local(http1::Builder::new().timer(TokioTimer::new()).serve_connection(socket, service));
        }
    };
    LocalSet::new().run_until(serve).await
}
