//! The live sockets of a list: WebSockets of browsers, hibernated by the platform.
//!
//! The object may sleep while they are open, so an idle page costs nothing. The platform answers pings without waking the object.

use identity_workers::Access;
use serde::{Deserialize, Serialize};
use todo::ListDelta;
use worker::{State, WebSocket, WebSocketRequestResponsePair, console_error};
use worker_kit::object::{CallerEnd, Frame, ObjectEnd, Unanswered, socket_pair};

use super::{
    now_ms,
    questions::{ListRefusal, Watch},
};

/// The tag of a page's WebSocket; the WebSockets of agents have tags of their own.
const PAGES: &str = "pages";

/// The most live sockets of one list: enough for the tabs and devices of one person.
const MAX_LIVE_SOCKETS: usize = 64;

/// The `Retry-After` of the 503 above that limit, in seconds.
const FULL_SECONDS: u32 = 1;

/// How long one connection gets changes, in milliseconds. After that it is closed at the next change; a page that still has a session
/// connects again and gets what it missed. So a page whose session expired does not stay connected.
const LIFETIME_MS: u64 = 15 * 60 * 1_000;

/// The close code of a connection that is older than [`LIFETIME_MS`] (RFC 6455 section 7.4.2: 4000 and up are an application's).
const RENEW: u16 = 4000;

/// The close code of a connection whose session has ended.
const LOGGED_OUT: u16 = 4001;

/// The attachment of a socket, which survives the object's sleep.
#[derive(Serialize, Deserialize)]
struct Attachment {
    opened_at: u64,
    /// The login session that it was opened with.
    session_id: String,
}

/// Opens a live socket and sends it the missed changes first. Answers 503 above [`MAX_LIVE_SOCKETS`].
pub(super) fn accept(
    state: &State,
    session_id: String,
    missed: &[ListDelta],
) -> Result<CallerEnd<Watch>, Unanswered<ListRefusal>> {
    if state.get_websockets_with_tag(PAGES).len() >= MAX_LIVE_SOCKETS {
        return Err(Unanswered::for_now(FULL_SECONDS));
    }
    let (caller, socket) = socket_pair()?;
    let heartbeat = WebSocketRequestResponsePair::new("ping", "pong").map_err(worker::Error::from)?;
    state.set_websocket_auto_response(&heartbeat);
    state.accept_websocket_with_tags(socket.platform(), &[PAGES]);
    socket.platform().serialize_attachment(Attachment { opened_at: now_ms(), session_id })?;
    missed.iter().try_for_each(|delta| socket.send(delta))?;
    Ok(caller)
}

/// Closes the connections that were opened with a session that has ended. A connection that cannot be closed is logged.
pub(super) fn dismiss(state: &State, ended: &[Access]) {
    for socket in state.get_websockets_with_tag(PAGES) {
        if let Err(error) = close_if_ended(&socket, ended) {
            console_error!("a connection of a session that has ended was not closed: {error}");
        }
    }
}

fn close_if_ended(socket: &WebSocket, ended: &[Access]) -> worker::Result<()> {
    let Some(Attachment { session_id, .. }) = socket.deserialize_attachment()? else { return Ok(()) };
    if ended.iter().any(|access| matches!(access, Access::Session(id) if *id == session_id)) {
        socket.close(Some(LOGGED_OUT), Some("logged out"))?;
    }
    Ok(())
}

/// Sends a change to every live socket. The platform is about to close one that fails; its page connects again.
pub(super) fn publish(state: &State, delta: &ListDelta) -> worker::Result<()> {
    let sockets = state.get_websockets_with_tag(PAGES);
    if sockets.is_empty() {
        return Ok(());
    }
    let frame = Frame::of(delta)?;
    for socket in sockets {
        if let Err(error) = tell(&ObjectEnd::of(socket), &frame) {
            console_error!("a change was not sent to a live socket: {error}");
        }
    }
    Ok(())
}

fn tell(socket: &ObjectEnd<Watch>, frame: &Frame<Watch>) -> worker::Result<()> {
    let is_current = socket
        .platform()
        .deserialize_attachment::<Attachment>()?
        .is_some_and(|attachment| now_ms().saturating_sub(attachment.opened_at) < LIFETIME_MS);
    if !is_current {
        return socket.platform().close(Some(RENEW), Some("connect again"));
    }
    socket.send_written(frame)
}
