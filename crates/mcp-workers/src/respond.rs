//! Converts replies of the engine into responses of the platform.

use std::borrow::Cow;
use std::rc::Rc;
use std::time::Duration;

use mcp::{Delivery, Fault, HttpReply, ReplyBody};
use worker::Context;
use worker_kit::{
    background::Background,
    http::{Body, Response},
    timer::sleep,
};

/// How long a stream may be silent: short enough for every proxy on the way. The platform notices at the second write that a client
/// has disconnected, so that takes twice this time.
pub const SILENCE: Duration = Duration::from_secs(20);

/// Converts a reply into a response. The rest of a call that became a task runs after it. The challenge of a 403 and CORS headers are
/// left to the caller. No stream is silent for longer than `silence` (by default [`SILENCE`]). `log` gets each fault, now or while a
/// stream is running.
///
/// # Errors
/// The platform's own, when it makes no stream.
pub fn response(
    reply: HttpReply,
    context: &Context,
    silence: Duration,
    log: impl Fn(&Fault) + 'static,
) -> worker_kit::Result<Response> {
    let log = Rc::new(log);
    reply.faults.iter().for_each(&*log);
    if let Some(rest) = reply.rest {
        let log = Rc::clone(&log);
        context.behind(async move { rest.await.iter().for_each(&*log) });
    }
    let body = match reply.body {
        ReplyBody::Empty => Body::Empty,
        ReplyBody::Json(bytes) => Body::Bytes(bytes),
        ReplyBody::Stream(events) => {
            let silence = move || -> mcp::LocalFuture<()> { Box::pin(sleep(silence)) };
            let Delivery { chunks, work } = events.deliver(silence, move |fault| log(fault));
            if let Some(work) = work {
                context.behind(work);
            }
            Body::of_chunks(chunks)?
        }
    };
    // What a client wrote comes back in answers; no browser is to make a page of it.
    let constant = [("cache-control", "no-store"), ("x-content-type-options", "nosniff")];
    let mut response = Response::new(reply.status, body).with_all(&constant);
    for (name, value) in &reply.headers {
        response = match value {
            Cow::Borrowed(value) => response.with_all(&[(name, value)]),
            Cow::Owned(value) => response.with(name, value),
        };
    }
    Ok(response)
}
