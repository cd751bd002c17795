//! An object's web sockets to Workers that wait for something, while the object may sleep.

use serde::{Deserialize, Serialize};
use worker::{State, WebSocket};
use worker_kit::object::{CallerEnd, ObjectEnd, Opening, socket_pair};
use worker_kit::shares::{Share, Shares};

use crate::clock::now_ms;

/// What a socket carries through the object's sleep.
#[derive(Clone, Serialize, Deserialize)]
struct Attachment {
    /// Whose it is.
    owner: String,
    /// When it was opened, in milliseconds since 1970.
    since: u64,
    /// It is being closed, and does not count any more.
    closing: bool,
}

/// Takes a socket in: the end to give away, and the object's own, found again by its tags. There may be so many of `kind`, one
/// of the tags, for an owner and for all; another is closed where there would be too many.
pub(crate) fn accept<O: Opening>(
    state: &State,
    tags: &[&str],
    kind: &str,
    shares: Shares,
    owner: &str,
) -> worker::Result<(CallerEnd<O>, ObjectEnd<O>)> {
    let there = attached(state, kind)?;
    let claims: Vec<Share<'_>> = there
        .iter()
        .map(|(_, attachment)| Share { owner: &attachment.owner, since: attachment.since })
        .collect();
    for place in shares.give_way(&claims, owner) {
        if let Some((socket, attachment)) = there.get(place) {
            socket.serialize_attachment(Attachment { closing: true, ..attachment.clone() })?;
            close(socket);
        }
    }
    let (caller, object) = socket_pair()?;
    state.accept_websocket_with_tags(object.platform(), tags);
    let attachment = Attachment { owner: owner.to_owned(), since: now_ms(), closing: false };
    object.platform().serialize_attachment(attachment)?;
    Ok((caller, object))
}

/// The open sockets with a tag, the oldest first. The tag says what they were opened for.
pub(crate) fn open<O: Opening>(state: &State, tag: &str) -> worker::Result<Vec<ObjectEnd<O>>> {
    let mut there = attached(state, tag)?;
    there.sort_by_key(|(_, attachment)| attachment.since);
    Ok(there.into_iter().map(|(socket, _)| ObjectEnd::of(socket)).collect())
}

fn attached(state: &State, tag: &str) -> worker::Result<Vec<(WebSocket, Attachment)>> {
    let mut there = Vec::new();
    for socket in state.get_websockets_with_tag(tag) {
        if let Some(attachment) = socket.deserialize_attachment::<Attachment>()?.filter(|open| !open.closing)
        {
            there.push((socket, attachment));
        }
    }
    Ok(there)
}

/// Closes a socket. One that is closed already does not mind.
pub(crate) fn close(socket: &WebSocket) {
    let _closed = socket.close(Some(1000), None::<&str>);
}
