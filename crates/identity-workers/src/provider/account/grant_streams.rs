//! Grant streams: WebSockets on which a Worker with an agent's open event stream waits for the end of the grant. The platform holds
//! them while the account sleeps. Nothing is sent on them; they are closed when the grant ends.

use oauth::{ClientId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use worker::{State, WebSocket};
use worker_kit::{
    attachment::{attach, attached},
    clock::now_ms,
    object::{CallerEnd, socket_pair},
    shares::{Share, Shares},
};

use super::{WatchGrant, tables::Tables};

/// The most grant streams of one client and of all: more than a person's agents have reason to open. Above a limit another is
/// closed ([`worker_kit::shares`]).
const OPEN_STREAMS: Shares = Shares { of_one: 32, of_all: 256 };

/// The close code when the grant has ended, or the stream is evicted (RFC 6455 section 7.4.1, "going away").
const ENDED: u16 = 1001;

/// The attachment of a socket, which survives the object's sleep.
#[derive(Clone, Serialize, Deserialize)]
struct Attachment {
    grant: Uuid,
    /// A digest of the client's id, which may be as long as an address.
    client: String,
    /// In milliseconds since 1970.
    opened_at: u64,
    /// Whether it is being closed; then it does not count any more.
    closing: bool,
}

/// Opens a stream that closes when the grant ends; at once, where it has ended.
pub(super) fn accept(
    state: &State,
    tables: &Tables,
    grant: Uuid,
    now: Timestamp,
) -> worker_kit::Result<CallerEnd<WatchGrant>> {
    let Some(kept) = tables.grant(grant, now)? else { return turn_away(state) };
    let client = short(&kept.live.client_id);
    let open = streams(state)?;
    let shares: Vec<Share<'_>> =
        open.iter().map(|(_, stream)| Share { owner: &stream.client, since: stream.opened_at }).collect();
    for place in OPEN_STREAMS.evictions(&shares, &client) {
        if let Some((socket, stream)) = open.get(place) {
            close(socket, stream)?;
        }
    }
    let (caller, object) = socket_pair()?;
    state.accept_web_socket(object.platform());
    attach(object.platform(), &Attachment { grant, client, opened_at: now_ms(), closing: false })?;
    Ok(caller)
}

/// Opens a stream and closes it at once: there is no such grant.
pub(super) fn turn_away(state: &State) -> worker_kit::Result<CallerEnd<WatchGrant>> {
    let (caller, object) = socket_pair()?;
    state.accept_web_socket(object.platform());
    object.platform().close(Some(ENDED), None::<&str>)?;
    Ok(caller)
}

/// Closes the streams whose grant has ended.
pub(super) fn dismiss(state: &State, tables: &Tables, now: Timestamp) -> worker_kit::Result<()> {
    for (socket, stream) in streams(state)? {
        if tables.grant(stream.grant, now)?.is_none() {
            close(&socket, &stream)?;
        }
    }
    Ok(())
}

fn streams(state: &State) -> worker_kit::Result<Vec<(WebSocket, Attachment)>> {
    let mut open = Vec::new();
    for socket in state.get_websockets() {
        if let Some(stream) = attached::<Attachment>(&socket)?.filter(|stream| !stream.closing) {
            open.push((socket, stream));
        }
    }
    Ok(open)
}

fn close(socket: &WebSocket, stream: &Attachment) -> worker_kit::Result<()> {
    attach(socket, &Attachment { closing: true, ..stream.clone() })?;
    Ok(socket.close(Some(ENDED), None::<&str>)?)
}

fn short(client: &ClientId) -> String {
    oauth::Digest::of(client.as_str().as_bytes()).to_string()
}
