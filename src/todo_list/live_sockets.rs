//! Those who watch the list: browsers' web sockets, held by the platform.
//!
//! The object may sleep while they are open (Durable Objects call it hibernation): an idle page costs nothing, and what is
//! sent to a sleeping object's sockets wakes it. Pings are answered by the platform without waking anyone.

use identity_workers::Access;
use serde::{Deserialize, Serialize};
use todo::ListDelta;
use worker::{State, WebSocket, WebSocketRequestResponsePair, console_error};
use worker_kit::object::{CallerEnd, Frame, ObjectEnd, Unanswered, socket_pair};

use super::{
    now_ms,
    questions::{ListRefusal, Watch},
};

/// The tag of a page's web socket: agents that listen have some of their own.
const PAGES: &str = "pages";

/// How many may watch one list at once: a person's tabs and devices, with room to spare.
const MAX_LIVE_SOCKETS: usize = 64;

/// When to try again that found too many, in seconds.
const FULL_SECONDS: u32 = 1;

/// How long one connection is told of changes, in milliseconds. After that it is closed at the next change; a page that
/// still has a session connects again and is told what it missed. So one whose session has ended without anybody saying so
/// does not go on listening.
const LIFETIME_MS: u64 = 15 * 60 * 1_000;

/// The close code of a connection that has lived long enough (RFC 6455 section 7.4.2: 4000 and up are an application's).
const RENEW: u16 = 4000;

/// The close code of a connection whose session has ended.
const LOGGED_OUT: u16 = 4001;

/// What a connection carries through the object's sleep.
#[derive(Serialize, Deserialize)]
struct Attachment {
    opened_at: u64,
    /// The login session that it was opened with.
    session_id: String,
}

/// Takes a new watcher in, and tells it first what it has missed. 503 when there are too many.
pub(super) fn accept(
    state: &State,
    session_id: String,
    missed: &[ListDelta],
) -> Result<CallerEnd<Watch>, Unanswered<ListRefusal>> {
    if state.get_websockets_with_tag(PAGES).len() >= MAX_LIVE_SOCKETS {
        return Err(Unanswered::for_now(FULL_SECONDS));
    }
    let (caller, watcher) = socket_pair()?;
    let heartbeat = WebSocketRequestResponsePair::new("ping", "pong").map_err(worker::Error::from)?;
    state.set_websocket_auto_response(&heartbeat);
    state.accept_websocket_with_tags(watcher.platform(), &[PAGES]);
    watcher.platform().serialize_attachment(Attachment { opened_at: now_ms(), session_id })?;
    missed.iter().try_for_each(|delta| watcher.send(delta))?;
    Ok(caller)
}

/// Closes the connections that were opened with a session that has ended. One that cannot be closed keeps no other one open.
pub(super) fn dismiss(state: &State, ended: &[Access]) {
    for watcher in state.get_websockets_with_tag(PAGES) {
        if let Err(error) = close_if_ended(&watcher, ended) {
            console_error!("a connection of a session that has ended was not closed: {error}");
        }
    }
}

fn close_if_ended(watcher: &WebSocket, ended: &[Access]) -> worker::Result<()> {
    let Some(Attachment { session_id, .. }) = watcher.deserialize_attachment()? else { return Ok(()) };
    if ended.iter().any(|access| matches!(access, Access::Session(id) if *id == session_id)) {
        watcher.close(Some(LOGGED_OUT), Some("logged out"))?;
    }
    Ok(())
}

/// Tells everyone who watches. One who cannot be told is about to be closed by the platform, and will ask again.
pub(super) fn publish(state: &State, delta: &ListDelta) -> worker::Result<()> {
    let watchers = state.get_websockets_with_tag(PAGES);
    if watchers.is_empty() {
        return Ok(());
    }
    let frame = Frame::of(delta)?;
    for watcher in watchers {
        if let Err(error) = tell(&ObjectEnd::of(watcher), &frame) {
            console_error!("a watcher was not told: {error}");
        }
    }
    Ok(())
}

fn tell(watcher: &ObjectEnd<Watch>, frame: &Frame<Watch>) -> worker::Result<()> {
    let is_current = watcher
        .platform()
        .deserialize_attachment::<Attachment>()?
        .is_some_and(|attachment| now_ms().saturating_sub(attachment.opened_at) < LIFETIME_MS);
    if !is_current {
        return watcher.platform().close(Some(RENEW), Some("connect again"));
    }
    watcher.send_written(frame)
}
