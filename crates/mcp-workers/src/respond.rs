//! Replies of the engine as responses of the platform.

use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures_channel::mpsc;
use futures_util::future::{Either, select};
use futures_util::{Stream, StreamExt, stream};
use mcp::{EventStream, Fault, HttpReply, KEEP_ALIVE, ReplyBody};
use worker::{Context, Delay, Headers, Response, ResponseBody};

/// How long a stream may be silent. Short enough for every proxy on the way; long enough to cost nothing. The platform
/// notices that a client has gone when it writes to it for the second time, so twice this is also how long that takes.
pub const SILENCE: Duration = Duration::from_secs(20);

/// A reply as the platform's response; the rest of a call that became a task is worked off after it. The challenge of a 403 and
/// CORS are the caller's; no stream is silent for longer than `silence` ([`SILENCE`], unless there is a reason); `log` is told
/// what broke, now or while a stream is still running.
///
/// # Errors
/// The platform's own, when it takes no header or body.
pub fn response(
    reply: HttpReply,
    context: &Context,
    silence: Duration,
    log: impl Fn(&Fault) + 'static,
) -> worker::Result<Response> {
    let log = Rc::new(log);
    reply.faults.iter().for_each(&*log);
    if let Some(rest) = reply.rest {
        let log = Rc::clone(&log);
        context.wait_until(async move { rest.await.iter().for_each(&*log) });
    }
    let headers = Headers::new();
    headers.set("cache-control", "no-store")?;
    // What a client wrote comes back in answers; no browser is to make a page of it.
    headers.set("x-content-type-options", "nosniff")?;
    for (name, value) in reply.headers {
        headers.set(name, &value)?;
    }
    let response = match reply.body {
        ReplyBody::Empty => Response::from_body(ResponseBody::Empty)?,
        ReplyBody::Json(bytes) => Response::from_body(ResponseBody::Body(bytes))?,
        ReplyBody::Stream(events) if events.outlives_client() => {
            Response::from_stream(never_silent(outliving(events, context, log), silence))?
        }
        ReplyBody::Stream(events) => {
            let chunks = events.map(move |part| {
                part.faults.iter().for_each(&*log);
                part.bytes
            });
            Response::from_stream(never_silent(Box::pin(chunks), silence))?
        }
    };
    Ok(response.with_status(reply.status).with_headers(headers))
}

/// The bytes of a stream that is worked off whether or not anybody reads them.
fn outliving(
    mut events: EventStream,
    context: &Context,
    log: Rc<impl Fn(&Fault) + 'static>,
) -> impl Stream<Item = Vec<u8>> + Unpin + 'static {
    let (chunks, response) = mpsc::unbounded();
    context.wait_until(async move {
        while let Some(part) = events.next().await {
            part.faults.iter().for_each(&*log);
            if part.hang_up {
                chunks.close_channel();
            } else if !part.bytes.is_empty() {
                // That nobody reads any more is no reason to stop.
                let _gone = chunks.unbounded_send(part.bytes);
            }
        }
    });
    response
}

/// The same bytes, with a comment wherever nothing comes for a while.
fn never_silent(
    chunks: impl Stream<Item = Vec<u8>> + Unpin + 'static,
    silence: Duration,
) -> impl Stream<Item = worker::Result<Vec<u8>>> + 'static {
    stream::unfold(chunks, move |mut chunks| async move {
        let chunk = match select(chunks.next(), pin!(Delay::from(silence))).await {
            Either::Left((chunk, _)) => chunk?,
            Either::Right(_) => KEEP_ALIVE.to_vec(),
        };
        Some((Ok(chunk), chunks))
    })
}
