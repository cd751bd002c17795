//! What a host is given of an event stream: chunks that are never silent, and work that goes on without a client.

#![expect(clippy::panic, reason = "a helper of tests fails as tests do")]

mod support;

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use futures_util::{FutureExt, StreamExt};
use mcp::{
    Context, Delivery, EventStream, Fault, HttpReply, Implementation, LocalFuture, NoArguments, ReplyBody,
    Server, Tool, ToolError,
};
use serde_json::{Value, json};
use support::{Caller, Client, memory};

fn server(works: Rc<Cell<bool>>) -> Server<Caller> {
    let name = Implementation::new("slow", "0");
    Server::new(name).tool(Tool::new("work", async move |cx: Context<Caller>, _: NoArguments| {
        cx.progress(1.0, None, None);
        cx.let_poll();
        until(Rc::clone(&works), false).await;
        Err::<String, _>(ToolError::fault("the till is on fire"))
    }))
}

/// Completes when the cell says so.
fn until(cell: Rc<Cell<bool>>, wanted: bool) -> impl Future<Output = ()> {
    poll_fn(move |_| if cell.get() == wanted { Poll::Ready(()) } else { Poll::Pending })
}

fn stream(reply: HttpReply) -> EventStream {
    let ReplyBody::Stream(stream) = reply.body else { panic!("{reply:?}") };
    stream
}

/// A stream's delivery, and what is logged of it.
fn deliver(stream: EventStream, is_silent: &Rc<Cell<bool>>) -> (Delivery, Rc<RefCell<Vec<String>>>) {
    let (is_silent, logged) = (Rc::clone(is_silent), Rc::new(RefCell::new(Vec::new())));
    let log = Rc::clone(&logged);
    let silence = move || -> LocalFuture<()> { Box::pin(until(Rc::clone(&is_silent), true)) };
    (stream.deliver(silence, move |fault: &Fault| log.borrow_mut().push(fault.to_string())), logged)
}

/// The next chunk, if it is there.
fn next(delivery: &mut Delivery) -> Poll<Option<String>> {
    match delivery.chunks.next().now_or_never() {
        Some(chunk) => Poll::Ready(chunk.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())),
        None => Poll::Pending,
    }
}

/// A chunk that must be there.
fn chunk(delivery: &mut Delivery) -> String {
    let Poll::Ready(Some(chunk)) = next(delivery) else { panic!("nothing comes") };
    chunk
}

fn call(meta: &Value) -> Value {
    json!({"name": "work", "_meta": meta})
}

#[test]
fn a_silent_stream_is_kept_alive_and_its_end_is_its_handlers_end() {
    let (works, is_silent) = (Rc::new(Cell::new(true)), Rc::new(Cell::new(false)));
    let client = Client::handshake("2025-11-25", "tools/call", call(&json!({"progressToken": 1})));
    let (mut delivery, logged) = deliver(stream(client.reply_of(&server(Rc::clone(&works)))), &is_silent);
    assert!(delivery.work.is_none());
    assert!(chunk(&mut delivery).contains("notifications/progress"));
    assert_eq!(next(&mut delivery), Poll::Pending);
    is_silent.set(true);
    assert_eq!(chunk(&mut delivery), ": keep-alive\n\n");
    works.set(false);
    assert!(chunk(&mut delivery).contains("-32603"));
    assert_eq!(next(&mut delivery), Poll::Ready(None));
    assert_eq!(*logged.borrow(), ["the till is on fire"]);
}

#[test]
fn what_outlives_its_client_is_worked_off_whether_or_not_anybody_reads_it() {
    for reads in [true, false] {
        let (works, is_silent) = (Rc::new(Cell::new(true)), Rc::new(Cell::new(false)));
        let server = server(Rc::clone(&works));
        let memory = memory();
        let with = |client: Client| Client { platform: memory.platform(), ..client };
        let hello = json!({"protocolVersion": "2025-11-25", "capabilities": {},
                           "clientInfo": {"name": "guest", "version": "0"}});
        let opened = with(Client::handshake("2025-11-25", "initialize", hello)).send_to(&server);
        let session = opened.headers.iter().find(|(name, _)| *name == "mcp-session-id");
        let session = session.map(|(_, id)| id.clone().into_owned()).unwrap_or_default();
        let client = Client::handshake("2025-11-25", "tools/call", call(&json!({"progressToken": 1})));
        let client = with(client.header("mcp-session-id", &session));
        let (mut delivery, logged) = deliver(stream(client.reply_of(&server)), &is_silent);
        let Some(mut work) = delivery.work.take() else { panic!("it outlives its client") };
        if reads {
            assert!((&mut work).now_or_never().is_none());
            assert!(chunk(&mut delivery).starts_with("id: "));
            assert!(chunk(&mut delivery).contains("notifications/progress"));
            assert_eq!(next(&mut delivery), Poll::Ready(None), "it lets its client go");
        }
        drop(delivery);
        works.set(false);
        assert_eq!(work.now_or_never(), Some(()));
        assert_eq!(*logged.borrow(), ["the till is on fire"]);
    }
}
