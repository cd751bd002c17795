//! Replies of the engine as responses of the platform.

use std::rc::Rc;
use std::time::Duration;

use futures_util::StreamExt;
use mcp::{Delivery, Fault, HttpReply, ReplyBody};
use worker::{Context, Headers, Response, ResponseBody};
use worker_kit::timer::sleep;

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
        ReplyBody::Stream(events) => {
            let silence = move || -> mcp::LocalFuture<()> { Box::pin(sleep(silence)) };
            let Delivery { chunks, work } = events.deliver(silence, move |fault| log(fault));
            if let Some(work) = work {
                context.wait_until(work);
            }
            Response::from_stream(chunks.map(Ok::<_, worker::Error>))?
        }
    };
    Ok(response.with_status(reply.status).with_headers(headers))
}
