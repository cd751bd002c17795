//! The live sockets of a list: WebSockets of browsers, hibernated by the platform.
//!
//! The object may sleep while they are open, so an idle page costs nothing. The platform answers pings without waking the object, and
//! remembers when: so a connection whose browser has vanished is found out when another wants its place.

use identity_workers::Access;
use serde::{Deserialize, Serialize};
use todo::ListDelta;
use worker::{State, WebSocket, console_error};
use worker_kit::{
    attachment::{attach, attached},
    heartbeat::Heartbeats,
    object::{CallerEnd, Frame, ObjectEnd, Unanswered, socket_pair},
};

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

/// After how long a connection that has not pinged gives way to a new one above that limit, in milliseconds: a page pings after 30
/// seconds, and gives a connection up that has not answered 10 seconds later.
const SILENT_MS: u64 = 40 * 1_000;

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
    /// Whether it was told to go. The platform has it until the browser answers, which one that has vanished does not.
    #[serde(default)]
    is_leaving: bool,
}

/// Opens a live socket and sends it the missed changes first. Answers 503 above [`MAX_LIVE_SOCKETS`], unless one that has vanished gives
/// way.
pub(super) fn accept(
    state: &State,
    heartbeats: &Heartbeats,
    session_id: String,
    missed: &[ListDelta],
) -> Result<CallerEnd<Watch>, Unanswered<ListRefusal>> {
    let there = present(state);
    if there.len() >= MAX_LIVE_SOCKETS {
        make_room(there, heartbeats)?;
    }
    let (caller, socket) = socket_pair()?;
    Heartbeats::answer(state, "ping", "pong")?;
    state.accept_websocket_with_tags(socket.platform(), &[PAGES]);
    let attachment = Attachment { opened_at: now_ms(), session_id, is_leaving: false };
    attach(socket.platform(), &attachment)?;
    missed.iter().try_for_each(|delta| socket.send(delta))?;
    Ok(caller)
}

/// The live sockets that are open and were not told to go.
fn present(state: &State) -> Vec<(WebSocket, Attachment)> {
    let open = state.get_websockets_with_tag(PAGES).into_iter().filter_map(|socket| {
        let attachment = attached::<Attachment>(&socket).ok()??;
        (!attachment.is_leaving).then_some((socket, attachment))
    });
    open.collect()
}

/// Closes the connection of which nothing was heard for the longest time, if that is long; otherwise 503.
fn make_room(
    there: Vec<(WebSocket, Attachment)>,
    heartbeats: &Heartbeats,
) -> Result<(), Unanswered<ListRefusal>> {
    let heard = |(socket, attachment): &(WebSocket, Attachment)| {
        heartbeats.last(socket).max(Some(attachment.opened_at))
    };
    match there.into_iter().min_by_key(heard) {
        Some(silent) if heard(&silent).is_some_and(|at| now_ms().saturating_sub(at) > SILENT_MS) => {
            Ok(leave(&silent.0, silent.1, RENEW)?)
        }
        _ => Err(Unanswered::for_now(FULL_SECONDS)),
    }
}

fn leave(socket: &WebSocket, attachment: Attachment, code: u16) -> worker_kit::Result<()> {
    attach(socket, &Attachment { is_leaving: true, ..attachment })?;
    let reason = if code == RENEW { "connect again" } else { "logged out" };
    Ok(socket.close(Some(code), Some(reason))?)
}

/// Closes the connections that were opened with a session that has ended. A connection that cannot be closed is logged.
pub(super) fn dismiss(state: &State, ended: &[Access]) {
    for (socket, attachment) in present(state) {
        let has_ended =
            ended.iter().any(|access| matches!(access, Access::Session(id) if *id == attachment.session_id));
        if has_ended && let Err(error) = leave(&socket, attachment, LOGGED_OUT) {
            console_error!("a connection of a session that has ended was not closed: {error}");
        }
    }
}

/// Sends a change to every live socket. The platform is about to close one that fails; its page connects again.
pub(super) fn publish(state: &State, delta: &ListDelta) -> worker_kit::Result<()> {
    let there = present(state);
    if there.is_empty() {
        return Ok(());
    }
    let frame = Frame::<Watch>::of(delta)?;
    for (socket, attachment) in there {
        let told = if now_ms().saturating_sub(attachment.opened_at) < LIFETIME_MS {
            ObjectEnd::of(socket).send_written(&frame)
        } else {
            leave(&socket, attachment, RENEW)
        };
        if let Err(error) = told {
            console_error!("a change was not sent to a live socket: {error}");
        }
    }
    Ok(())
}
