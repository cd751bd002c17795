//! WebSockets from an object to Workers that wait for something. The object may sleep meanwhile.

use serde::{Deserialize, Serialize};
use worker::{State, WebSocket};
use worker_kit::{
    attachment::{self, attach},
    clock::now_ms,
    object::{CallerEnd, ObjectEnd, Opening, socket_pair},
    shares::{Share, Shares},
};

/// The attachment of a socket, which survives the object's sleep.
#[derive(Serialize, Deserialize)]
struct Attachment {
    /// The client that it counts for.
    owner: String,
    /// When it was opened, in milliseconds since 1970.
    since: u64,
    /// Whether it is being closed; then it does not count any more.
    closing: bool,
}

/// Opens a WebSocket with some tags. Returns the caller's end and the object's own. `shares` limits the sockets with the tag `kind`,
/// for `owner` and for all; above a limit another is closed.
pub(crate) fn accept<O: Opening>(
    state: &State,
    tags: &[&str],
    kind: &str,
    shares: Shares,
    owner: &str,
) -> worker_kit::Result<(CallerEnd<O>, ObjectEnd<O>)> {
    let there = attached(state, kind)?;
    let claims: Vec<Share<'_>> = there
        .iter()
        .map(|(_, attachment)| Share { owner: &attachment.owner, since: attachment.since })
        .collect();
    for place in shares.evictions(&claims, owner) {
        if let Some((socket, _)) = there.get(place) {
            close_own(socket)?;
        }
    }
    let (caller, object) = socket_pair()?;
    state.accept_websocket_with_tags(object.platform(), tags);
    let attachment = Attachment { owner: owner.to_owned(), since: now_ms(), closing: false };
    attach(object.platform(), &attachment)?;
    Ok((caller, object))
}

/// The open sockets with a tag, the oldest first. The tag says what they were opened for.
pub(crate) fn open<O: Opening>(state: &State, tag: &str) -> worker_kit::Result<Vec<ObjectEnd<O>>> {
    Ok(attached(state, tag)?.into_iter().map(|(socket, _)| ObjectEnd::of(socket)).collect())
}

/// The sockets with a tag that are not being closed, the oldest first.
fn attached(state: &State, tag: &str) -> worker_kit::Result<Vec<(WebSocket, Attachment)>> {
    let mut there: Vec<(WebSocket, Attachment)> = Vec::new();
    for socket in state.get_websockets_with_tag(tag) {
        if let Some(attachment) = attachment::attached::<Attachment>(&socket)?.filter(|open| !open.closing) {
            let place = there.partition_point(|(_, earlier)| earlier.since <= attachment.since);
            there.insert(place, (socket, attachment));
        }
    }
    Ok(there)
}

/// Closes a socket that was [accepted](accept) here. From now on it is not [open].
pub(crate) fn close_own(socket: &WebSocket) -> worker_kit::Result<()> {
    if let Some(attachment) = attachment::attached::<Attachment>(socket)? {
        attach(socket, &Attachment { closing: true, ..attachment })?;
    }
    close(socket);
    Ok(())
}

/// Closes a socket. Does nothing if it is closed already.
pub(crate) fn close(socket: &WebSocket) {
    let _closed = socket.close(Some(1000), None::<&str>);
}
