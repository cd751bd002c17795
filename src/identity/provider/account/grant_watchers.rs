//! Those who wait for the end of a grant: Workers that hold an agent's event stream open. Their web sockets are held by the
//! platform, so the account may sleep; nothing is ever sent on them, and they are closed when the grant ends.

use oauth::Timestamp;
use uuid::Uuid;
use worker::{Response, State, WebSocketPair};

use super::tables::Tables;
use crate::http::empty;

/// How many may wait at once: far more streams than a person's agents have reason to open.
const MAX_WATCHERS: usize = 256;

/// The close code of a grant that has ended (RFC 6455 section 7.4.1, "going away").
const ENDED: u16 = 1001;

/// Takes a watcher of one grant in. A grant that does not live is 404; one more watcher than there may be is 503.
pub(super) fn accept(
    state: &State,
    tables: &Tables,
    grant: Uuid,
    now: Timestamp,
) -> worker::Result<Response> {
    if tables.grant(grant, now)?.is_none() {
        return empty(404);
    }
    if state.get_websockets().len() >= MAX_WATCHERS {
        return empty(503);
    }
    let WebSocketPair { client, server } = WebSocketPair::new()?;
    state.accept_web_socket(&server);
    server.serialize_attachment(grant)?;
    Response::from_websocket(client)
}

/// Tells those whose grant lives no longer.
pub(super) fn dismiss(state: &State, tables: &Tables, now: Timestamp) -> worker::Result<()> {
    for watcher in state.get_websockets() {
        let lives = match watcher.deserialize_attachment::<Uuid>()? {
            Some(grant) => tables.grant(grant, now)?.is_some(),
            None => false,
        };
        if !lives {
            watcher.close(Some(ENDED), None::<&str>)?;
        }
    }
    Ok(())
}
