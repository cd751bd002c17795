//! Streams that end with a grant: a Worker that holds an agent's event stream open waits here for the end of its grant. The
//! web sockets are held by the platform, so the account may sleep; nothing is ever sent on them, and they are closed when the
//! grant ends.

use oauth::{ClientId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use worker::{Date, State, WebSocket};
use worker_kit::{
    object::{CallerEnd, socket_pair},
    shares::{Share, Shares},
};

use super::{WatchGrant, tables::Tables};

/// How many may wait at once: more streams than one of a person's agents, and all of them, have reason to open. One stream too
/// many ends another, its own client's oldest as a rule.
const OPEN_STREAMS: Shares = Shares { of_one: 32, of_all: 256 };

/// The close code of a grant that has ended, and of a stream that gives way (RFC 6455 section 7.4.1, "going away").
const ENDED: u16 = 1001;

/// What a connection carries through the object's sleep.
#[derive(Clone, Serialize, Deserialize)]
struct Attachment {
    grant: Uuid,
    /// A digest of the client's id, which may be as long as an address.
    client: String,
    /// In milliseconds since 1970.
    opened_at: u64,
    /// It is being closed, and does not count any more.
    closing: bool,
}

/// Opens a stream that closes when the grant ends; at once, where it has ended.
pub(super) fn accept(
    state: &State,
    tables: &Tables,
    grant: Uuid,
    now: Timestamp,
) -> worker::Result<CallerEnd<WatchGrant>> {
    let Some(kept) = tables.grant(grant, now)? else { return turn_away(state) };
    let client = short(&kept.live.client_id);
    let open = streams(state)?;
    let shares: Vec<Share<'_>> =
        open.iter().map(|(_, stream)| Share { owner: &stream.client, since: stream.opened_at }).collect();
    for place in OPEN_STREAMS.give_way(&shares, &client) {
        if let Some((socket, stream)) = open.get(place) {
            close(socket, stream)?;
        }
    }
    let (caller, object) = socket_pair()?;
    state.accept_web_socket(object.platform());
    object.platform().serialize_attachment(Attachment {
        grant,
        client,
        opened_at: Date::now().as_millis(),
        closing: false,
    })?;
    Ok(caller)
}

/// Opens a stream and closes it at once: there is no such grant.
pub(super) fn turn_away(state: &State) -> worker::Result<CallerEnd<WatchGrant>> {
    let (caller, object) = socket_pair()?;
    state.accept_web_socket(object.platform());
    object.platform().close(Some(ENDED), None::<&str>)?;
    Ok(caller)
}

/// Ends the streams whose grant lives no longer.
pub(super) fn dismiss(state: &State, tables: &Tables, now: Timestamp) -> worker::Result<()> {
    for (socket, stream) in streams(state)? {
        if tables.grant(stream.grant, now)?.is_none() {
            close(&socket, &stream)?;
        }
    }
    Ok(())
}

fn streams(state: &State) -> worker::Result<Vec<(WebSocket, Attachment)>> {
    let mut open = Vec::new();
    for socket in state.get_websockets() {
        if let Some(stream) = socket.deserialize_attachment::<Attachment>()?.filter(|stream| !stream.closing)
        {
            open.push((socket, stream));
        }
    }
    Ok(open)
}

fn close(socket: &WebSocket, stream: &Attachment) -> worker::Result<()> {
    socket.serialize_attachment(Attachment { closing: true, ..stream.clone() })?;
    socket.close(Some(ENDED), None::<&str>)
}

fn short(client: &ClientId) -> String {
    oauth::Digest::of(client.as_str().as_bytes()).to_string()
}
