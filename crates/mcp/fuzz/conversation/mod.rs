//! A conversation with a server, written down as text; what holds of every answer in it is asserted.
//!
//! The fuzzer makes up such texts; `tests/corpus.rs` goes through those that were kept. A script is a number of HTTP requests,
//! each a request line, headers, an empty line and a body, with a line of `%%` between them. Any bytes are a script. What a
//! client would repeat from an earlier answer is written as its name: `$SESSION`, `$EVENT`, `$ASKED`, `$STATE`, `$TASK`, `$CURSOR`.
//!
//! * [`script`]: from bytes to requests.
//! * [`server`]: the server that is talked to, with something of everything the engine has.
//! * [`judge`]: what must hold of every answer.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "whatever is wrong here is a finding, and a panic is how a fuzzer and a test hear of one"
)]

mod judge;
mod script;
mod server;

use std::rc::Rc;
use std::time::{Duration, UNIX_EPOCH};

use futures_util::{FutureExt, StreamExt};
use mcp::{
    Authorize, EventStream, HttpReply, HttpRequest, Memory, Origins, Platform, ReplyBody, ResourceChange,
    SealingKey, Server, SseEndpoint,
};

use script::{Repeated, Request};
use server::Guest;

/// The most requests of a script that are sent.
const MAX_REQUESTS: usize = 8;

/// The most parts of a stream that are read before its client goes away.
const MAX_PARTS: usize = 32;

thread_local! {
    static SERVER: Rc<Server<Guest>> = Rc::new(server::build());
}

/// When every conversation takes place.
const NOW_MS: u64 = 1_800_000_000_000;

/// Sends the requests of a script one after another and judges every answer.
///
/// # Panics
/// If there is none, or not the right one.
pub(crate) fn hold(script: &[u8]) {
    let server = SERVER.with(Rc::clone);
    // It is always the same moment, and nobody waits.
    let now = || UNIX_EPOCH + Duration::from_millis(NOW_MS);
    let memory = Memory::new(SealingKey::new([7; 32]), now, |_| Box::pin(std::future::ready(())));
    let mut repeated = Repeated::default();
    for text in script::requests(script).take(MAX_REQUESTS) {
        let request = Request::read(&repeated.fill_in(text));
        let (reply, streamed) = exchange(&server, &memory, &request);
        let messages = judge::judge(&request, &reply, streamed.as_deref());
        repeated.learn(&reply, streamed.as_deref().unwrap_or_default(), &messages);
    }
}

/// Sends one request; reads what is there of a stream, and goes away.
fn exchange(server: &Server<Guest>, memory: &Rc<Memory>, request: &Request) -> (HttpReply, Option<Vec<u8>>) {
    let platform = match request.path.as_str() {
        // A server for which nothing is held.
        "/bare" => Platform::at(NOW_MS),
        _ => memory.platform(),
    };
    let headers = |name: &str| request.header(name);
    let http = HttpRequest {
        method: &request.method,
        headers: &headers,
        origins: &Origins::none().allow_loopback(),
        body: &request.body,
        platform: &platform,
    };
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let session = query.strip_prefix("sessionId=").unwrap_or_default();
    let reply = match path {
        "/sse" => {
            server.handle_sse(http, SseEndpoint::Stream { messages: "/sse/message" }, Guest).now_or_never()
        }
        "/sse/message" => server.handle_sse(http, SseEndpoint::Messages { session }, Guest).now_or_never(),
        _ => server.handle(http, Guest).now_or_never(),
    };
    // Nothing that this server's handlers wait for takes time.
    let mut reply = reply.expect("an answer at once");
    if let Some(rest) = reply.rest.take() {
        let faults = rest.now_or_never().expect("a task that is worked off at once");
        assert!(faults.is_empty(), "{faults:?}");
    }
    let streamed = match &mut reply.body {
        ReplyBody::Stream(stream) => {
            for change in
                [ResourceChange::ResourceList, ResourceChange::Resource { uri: "house://room/1".to_owned() }]
            {
                memory.changed(Guest.principal(), &change).expect("nobody else is at it");
            }
            Some(read(stream))
        }
        ReplyBody::Empty | ReplyBody::Json(_) => None,
    };
    (reply, streamed)
}

fn read(stream: &mut EventStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..MAX_PARTS {
        let Some(Some(part)) = stream.next().now_or_never() else { break };
        assert!(part.faults.is_empty(), "{:?}", part.faults);
        bytes.extend(part.bytes);
        if part.close_early {
            break;
        }
    }
    bytes
}
