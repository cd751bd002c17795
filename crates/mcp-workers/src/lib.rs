//! The `mcp` engine on Cloudflare Workers: what any Worker with an MCP endpoint needs besides its own declarations.
//!
//! The engine does no I/O. This crate gives it the platform's clock and turns its replies into responses: JSON as it is,
//! event streams held open with comments ([`mcp::KEEP_ALIVE`]) and ended with the client that reads them.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::{Stream, StreamExt, stream};
use mcp::{EventStream, Fault, HttpReply, KEEP_ALIVE, Platform, ReplyBody};
use worker::{Date, Delay, Headers, Response, ResponseBody};

/// How long a stream may be silent. Short enough for every proxy on the way; long enough to cost nothing.
const SILENCE: Duration = Duration::from_secs(20);

/// The engine's platform, now. What it can do besides is added by whoever has it: a key, sessions.
pub fn platform() -> Platform {
    Platform::at(Date::now().as_millis())
}

/// A reply as the platform's response. The challenge of a 403 and CORS are the caller's; `log` is told what broke, now or
/// while a stream is still running.
///
/// # Errors
/// The platform's own, when it takes no header or body.
pub fn response(reply: HttpReply, log: impl Fn(&Fault) + 'static) -> worker::Result<Response> {
    reply.faults.iter().for_each(&log);
    let headers = Headers::new();
    headers.set("cache-control", "no-store")?;
    for (name, value) in reply.headers {
        headers.set(name, value)?;
    }
    let response = match reply.body {
        ReplyBody::Empty => Response::from_body(ResponseBody::Empty)?,
        ReplyBody::Json(bytes) => Response::from_body(ResponseBody::Body(bytes))?,
        ReplyBody::Stream(events) => Response::from_stream(chunks(events, log))?,
    };
    Ok(response.with_status(reply.status).with_headers(headers))
}

/// The bytes of a stream, never silent for long. The platform notices that a client has gone when it writes, and drops
/// the stream then.
fn chunks(
    events: EventStream,
    log: impl Fn(&Fault) + 'static,
) -> impl Stream<Item = worker::Result<Vec<u8>>> + 'static {
    stream::unfold((events, log), async |(mut events, log)| {
        let chunk = match select(events.next(), pin!(Delay::from(SILENCE))).await {
            Either::Left((part, _)) => {
                let part = part?;
                part.faults.iter().for_each(&log);
                part.bytes
            }
            Either::Right(_) => KEEP_ALIVE.to_vec(),
        };
        Some((Ok(chunk), (events, log)))
    })
}
