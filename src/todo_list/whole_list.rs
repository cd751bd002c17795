//! The whole list as JSON, `{"todos":[…]}`, read from the table.
//!
//! A list of ordinary size is written at once. A longer one is a stream, whose pieces are read as the client takes them, all of one
//! version: after a change, or if the client takes too long, it ends with an error, so that no client gets parts of two versions.

use std::rc::Rc;

use futures_util::stream;
use worker::{Response, ResponseBody};
use worker_kit::object::Document;

use super::{
    now_ms,
    questions::WholeList,
    todos::{Place, Todos},
};

/// The longest list that is written at once, in bytes of JSON.
const AT_ONCE_BYTES: u64 = 1_024 * 1_024;

/// How many todos one piece has. The longest texts there are make some 400 KB of it.
const PIECE: u64 = 100;

/// How long a reader may take, in milliseconds.
const TIME_LIMIT_MS: u64 = 60 * 1_000;

/// The list at the version that it has now.
pub(super) fn document(todos: Rc<Todos>, version: u64, bytes: u64) -> worker::Result<Document<WholeList>> {
    let mut writer =
        Writer { todos, version, until: now_ms().saturating_add(TIME_LIMIT_MS), reached: Reached::Beginning };
    if bytes > AT_ONCE_BYTES {
        let pieces = stream::unfold(writer, async |mut writer| {
            let piece = writer.piece().transpose()?;
            Some((piece, writer))
        });
        let stream = Response::from_stream(Box::pin(pieces))?;
        return Ok(Document::new(version, stream.body().clone()));
    }
    let mut list = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default().saturating_add(64));
    while let Some(piece) = writer.piece()? {
        list.extend(piece);
    }
    Ok(Document::new(version, ResponseBody::Body(list)))
}

struct Writer {
    todos: Rc<Todos>,
    version: u64,
    until: u64,
    reached: Reached,
}

enum Reached {
    Beginning,
    /// After that todo.
    After(Option<Place>),
    End,
}

impl Writer {
    /// The next piece; `None` at the end.
    fn piece(&mut self) -> worker::Result<Option<Vec<u8>>> {
        let (mut piece, after, mut is_first) = match std::mem::replace(&mut self.reached, Reached::End) {
            Reached::Beginning => (br#"{"todos":["#.to_vec(), None, true),
            Reached::After(place) => (Vec::new(), place, false),
            Reached::End => return Ok(None),
        };
        let version = self.todos.standing()?.map(|stored| stored.standing.version);
        if version != Some(self.version) {
            return Err("the list has changed while it was being read".into());
        }
        if now_ms() > self.until {
            return Err("the list was read too slowly".into());
        }
        let (todos, last) = self.todos.json_after(after, PIECE)?;
        let is_last = (todos.len() as u64) < PIECE;
        for todo in todos {
            if !std::mem::take(&mut is_first) {
                piece.push(b',');
            }
            piece.extend(todo.into_bytes());
        }
        if is_last {
            piece.extend(b"]}");
        } else {
            self.reached = Reached::After(last);
        }
        Ok(Some(piece))
    }
}
