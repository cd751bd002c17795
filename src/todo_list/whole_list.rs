//! The whole list as JSON, `{"todos":[…]}`, read from the table; a short one is remembered until it changes ([`todos`](super::todos)).
//!
//! A list of ordinary size is written at once. A longer one is a stream, whose pieces are read as the client takes them, all of one
//! version: after a change, or once the client's access has ended, or if the client takes too long, it ends with an error, so that no client
//! gets parts of two versions, and none keeps the object awake.

use std::{pin::pin, rc::Rc, time::Duration};

use futures_util::future::{Either, select};
use worker::{
    State, console_warn,
    js_sys::{Uint8Array, futures::JsFuture},
    web_sys::{TransformStream, WritableStreamDefaultWriter},
};
use worker_kit::{background::Background, http::Body, object::Document, timer::sleep};

use super::{
    ended_access::Admitted,
    now_ms,
    questions::WholeList,
    todos::{Place, Todos, Whole},
};

/// The longest list that is written at once, in bytes of JSON.
const AT_ONCE_BYTES: u64 = 1_024 * 1_024;

/// How many todos one piece has. The longest texts there are make some 400 KB of it.
const PIECE: u64 = 100;

/// How long a reader may take for all of it, in milliseconds, and for one piece.
const TIME_LIMIT_MS: u64 = 60 * 1_000;
const PIECE_TIME_LIMIT: Duration = Duration::from_secs(10);

/// The list at the version that it has now, for a reader that has been let in.
pub(super) fn document(
    state: &State,
    todos: Rc<Todos>,
    admitted: Admitted,
    version: u64,
    bytes: u64,
) -> worker_kit::Result<Document<WholeList>> {
    let until = now_ms().saturating_add(TIME_LIMIT_MS);
    let mut writer = Writer { todos, admitted, version, until, reached: Reached::Beginning };
    if bytes > AT_ONCE_BYTES {
        let pipe = TransformStream::new()?;
        let sink = pipe.writable().get_writer()?;
        state.behind(async move {
            if let Err(error) = writer.write_to(&sink).await {
                console_warn!("A list was not read out: {error}");
                // One that its reader has left is closed already.
                let _closed = JsFuture::from(sink.abort_with_reason(&error.into())).await;
            }
        });
        return Ok(Document::new(version, Body::Stream(pipe.readable())));
    }
    let mut list = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default().saturating_add(64));
    while let Some(piece) = writer.piece()? {
        list.extend(piece);
    }
    let whole = Whole { version, json: list };
    writer.todos.remember(&whole);
    Ok(Document::new(version, Body::Bytes(whole.json)))
}

struct Writer {
    todos: Rc<Todos>,
    admitted: Admitted,
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
    /// Writes every piece, each as soon as the one before has been taken.
    async fn write_to(&mut self, sink: &WritableStreamDefaultWriter) -> worker_kit::Result<()> {
        while let Some(piece) = self.piece()? {
            let taken = JsFuture::from(sink.write_with_chunk(&Uint8Array::from(piece.as_slice())));
            match select(pin!(taken), sleep(PIECE_TIME_LIMIT)).await {
                Either::Left((taken, _)) => taken.map(drop)?,
                Either::Right(_) => return Err(too_slow()),
            }
        }
        JsFuture::from(sink.close()).await.map(drop)?;
        Ok(())
    }

    /// The next piece; `None` at the end.
    fn piece(&mut self) -> worker_kit::Result<Option<Vec<u8>>> {
        let (mut piece, after, mut is_first) = match std::mem::replace(&mut self.reached, Reached::End) {
            Reached::Beginning => (br#"{"todos":["#.to_vec(), None, true),
            Reached::After(place) => (Vec::new(), place, false),
            Reached::End => return Ok(None),
        };
        let version = self.todos.standing()?.map(|stored| stored.standing.version);
        if version != Some(self.version) {
            return Err("it has changed while it was being read".into());
        }
        if now_ms() > self.until {
            return Err(too_slow());
        }
        if self.admitted.check().is_err() {
            return Err("the access of its reader has ended".into());
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

fn too_slow() -> worker_kit::Error {
    "it was read too slowly".into()
}
