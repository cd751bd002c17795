//! The streams of a session: the events sent on them, kept for a client that reconnects, and the WebSockets that follow them.

use mcp::{Event, ResourceChange, STANDALONE};
use serde::Deserialize;
use worker_kit::{
    clock::now_ms,
    object::{CallerEnd, ObjectEnd, socket_pair},
    shares::Shares,
    sql,
};

use super::ends::milliseconds;
use super::kept::Sizes;
use super::session_object::McpSession;
use crate::held_sockets::{self, close};
use crate::questions::{Follow, StreamFrame};

/// The most events that are kept of one session; the oldest are deleted first.
const MAX_EVENTS: u64 = 1_000;

/// The most bytes that the messages of kept events may have. A message that is longer by itself is sent, and not kept.
const MAX_BYTES: u64 = 512 * 1024;

/// The tag of every stream.
const STREAMS: &str = "streams";

/// How many streams of one session may be open; the oldest is closed.
const MAX_STREAMS: Shares = Shares { of_one: 8, of_all: 8 };

#[derive(Deserialize)]
struct EventRow {
    stream: String,
    number: u64,
    message: String,
    last: u8,
}

impl McpSession {
    /// Whether nothing will come on a stream after a place in it: it is of a call that is over, and nothing of it is kept.
    pub(super) fn is_over_for(&self, Follow { stream, after, .. }: &Follow) -> worker_kit::Result<bool> {
        if stream == STANDALONE || !self.is_held()? {
            return Ok(stream != STANDALONE);
        }
        self.declare_lost()?;
        let missed = "SELECT count(*) AS count FROM event WHERE stream = ? AND number > ? AND message <> ''";
        let after = after.unwrap_or_default().min(sql::MAX_EXACT);
        let missed = sql::optional_number(self.sql()?, missed, &[&stream, &after])?;
        Ok(missed == Some(0) && self.is_call_over(stream)?)
    }

    /// Opens a stream that only says that nothing will come. It takes no other's place.
    pub(super) fn follow_nothing(&self) -> worker_kit::Result<CallerEnd<Follow>> {
        let (caller, object) = socket_pair()?;
        self.state.accept_websocket_with_tags(object.platform(), &[]);
        object.send(&StreamFrame::Over)?;
        close(object.platform());
        Ok(caller)
    }

    /// Opens a stream: first its position, then the kept events after it, then new events.
    pub(super) fn follow(&self, stream: &str, after: Option<u64>) -> worker_kit::Result<CallerEnd<Follow>> {
        self.declare_lost()?;
        // A client may name any place; no event has come to a greater one.
        let after = after.map(|after| after.min(sql::MAX_EXACT));
        let (caller, object) =
            held_sockets::accept(&self.state, &[STREAMS, &stream_tag(stream)], STREAMS, MAX_STREAMS, "")?;
        self.seen()?;
        let at = match after {
            Some(after) => after,
            None => self.last_number(stream)?,
        };
        object.send(&StreamFrame::Opened { at })?;
        let kept =
            "SELECT stream, number, message, last FROM event WHERE stream = ? AND number > ? ORDER BY number";
        let kept: Vec<EventRow> = sql::read(self.sql()?, kept, &[&stream, &at])?;
        for EventRow { stream, number, message, last } in kept {
            send(&object, Event { stream, number, message, last: last != 0 })?;
        }
        Ok(caller)
    }

    fn last_number(&self, stream: &str) -> worker_kit::Result<u64> {
        let name = format!("number:{stream}");
        Ok(self.setting(&name)?.and_then(|number| number.parse().ok()).unwrap_or_default())
    }

    /// Keeps an event and sends it on. One listener gets it: "the server MUST send each of its JSON-RPC messages on only one
    /// of the connected streams" (2025-11-25 basic/transports, "Multiple Connections"), and the newest is the likeliest to
    /// be alive. With the last event all of them end: those that did not get it come back for it.
    pub(super) fn record(&self, event: Event) -> worker_kit::Result<()> {
        if event.message.len() as u64 <= MAX_BYTES {
            self.keep(&event)?;
        } else if event.last {
            // That the stream is over is kept all the same.
            self.keep(&Event { message: String::new(), ..event.clone() })?;
        }
        if event.stream == STANDALONE {
            self.set(&format!("number:{STANDALONE}"), &event.number.to_string())?;
        }
        if event.last {
            self.call_is_done(&event.stream)?;
        }
        let mut listeners = held_sockets::open::<Follow>(&self.state, &stream_tag(&event.stream))?;
        let newest = listeners.pop();
        if event.last {
            listeners.iter().try_for_each(|older| held_sockets::close_own(older.platform()))?;
        }
        newest.map_or(Ok(()), |newest| send(&newest, event))
    }

    fn keep(&self, event: &Event) -> worker_kit::Result<()> {
        let counted = match self.kept.get() {
            Some(counted) => counted,
            None => {
                let count =
                    "SELECT count(*) AS count, coalesce(sum(octet_length(message)), 0) AS bytes FROM event";
                sql::read_first(self.sql()?, count, &[])?.ok_or("a count has a row")?
            }
        };
        self.run(
            "INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?, ?)",
            &[&event.stream, &event.number, &event.message, &event.last, &now_ms()],
        )?;
        let Sizes { mut count, mut bytes } = counted;
        count = count.saturating_add(1);
        bytes = bytes.saturating_add(event.message.len() as u64);
        while count > MAX_EVENTS || bytes > MAX_BYTES {
            let oldest = "DELETE FROM event WHERE rowid = (SELECT min(rowid) FROM event)
                          RETURNING 1 AS count, octet_length(message) AS bytes";
            let Some(gone) = sql::read_first::<Sizes>(self.sql()?, oldest, &[])? else { break };
            count = count.saturating_sub(gone.count);
            bytes = bytes.saturating_sub(gone.bytes);
        }
        self.kept.set(Sizes { count, bytes });
        Ok(())
    }

    /// Records a message as the next event of the standalone stream.
    pub(super) fn push(&self, message: String) -> worker_kit::Result<()> {
        let number = self.last_number(STANDALONE)?.saturating_add(1);
        self.record(Event { stream: STANDALONE.to_owned(), number, message, last: false })
    }

    /// Whether a WebSocket follows the standalone stream.
    fn listens(&self) -> worker_kit::Result<bool> {
        Ok(!held_sockets::open::<Follow>(&self.state, &stream_tag(STANDALONE))?.is_empty())
    }

    /// Whether this session is subscribed to a resource or follows the standalone stream.
    pub(super) fn hears(&self) -> worker_kit::Result<bool> {
        Ok(self.listens()? || self.count("SELECT count(*) AS count FROM subscription")? > 0)
    }

    /// Notifies the client of changes: of the resources that it subscribed to, also when it reconnects later; of lists, while it
    /// follows the standalone stream. Returns when to ask again whether it is still subscribed, in milliseconds since 1970; `None`: it
    /// is not.
    pub(super) fn changed(&self, changes: &[ResourceChange]) -> worker_kit::Result<Option<u64>> {
        if !self.is_held()? || self.is_over()? {
            return Ok(None);
        }
        let listens = self.listens()?;
        for change in changes {
            let message = match change {
                ResourceChange::Resource { uri } => {
                    let query = "SELECT uri FROM subscription WHERE uri = ?";
                    let known: Option<String> = sql::read_first(self.sql()?, query, &[&uri])?;
                    let params = json::object(vec![("uri", uri.as_str().into())]);
                    let method = "notifications/resources/updated";
                    known.is_some().then(|| vec![("method", method.into()), ("params", params)])
                }
                ResourceChange::ResourceList => {
                    let method = "notifications/resources/list_changed";
                    listens.then(|| vec![("method", method.into())])
                }
            };
            if let Some(message) = message {
                let message = [("jsonrpc", "2.0".into())].into_iter().chain(message).collect();
                self.push(json::to_string(&json::object(message))?)?;
            }
        }
        let ends = match self.abandoned_at()? {
            Some(ends) if !listens => ends,
            _ => now_ms().saturating_add(milliseconds(self.retention.abandoned)),
        };
        Ok(self.hears()?.then_some(ends))
    }
}

/// Sends an event; a stream ends with its last.
fn send(listener: &ObjectEnd<Follow>, event: Event) -> worker_kit::Result<()> {
    let last = event.last;
    listener.send(&StreamFrame::Event(event.try_into()?))?;
    if last {
        close(listener.platform());
    }
    Ok(())
}

fn stream_tag(stream: &str) -> String {
    format!("stream:{stream}")
}
