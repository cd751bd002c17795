//! Answers that take a while: an event stream (WHATWG HTML, "Server-sent events") with everything a handler sends before
//! its result, and then the result (2026-07-28 streamable-http, "Sending Messages").
//!
//! Handlers need not declare that they stream. The answer is plain JSON if the handler sends nothing before its result; the first
//! message turns the answer into a stream, if the client accepts one.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::{Stream, StreamExt, stream};

use crate::handler::call_stream::{CallEvent, CallStream};
use crate::handler::in_flight::InFlightCall;
use crate::handler::session::{Session, event_id};
use crate::model::error::Fault;
use crate::model::failure::Failure;
use crate::model::revision::{Feature, Revision};
use crate::ports::local_future::LocalFuture;
use crate::ports::sessions::{Event, Events, Lease};

/// A comment, which every client ignores. Written to a silent stream every 15 to 25 seconds it keeps proxies from closing
/// it, and reveals that the client has disconnected.
pub const KEEP_ALIVE: &[u8] = b": keep-alive\n\n";

/// When a client whose stream has ended should come back for the rest, in milliseconds.
const RETRY_MS: u32 = 1_000;

/// A part of an event stream, to be written as soon as it is there.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct StreamPart {
    /// The bytes to send; there may be none.
    pub bytes: Vec<u8>,
    /// What broke on our side, for the log.
    pub faults: Vec<Fault>,
    /// Whether the response is to end here. The stream itself goes on: what is still to come is recorded, and the client
    /// will ask for it.
    pub close_early: bool,
}

impl StreamPart {
    fn of(bytes: Vec<u8>) -> Self {
        Self { bytes, ..Self::default() }
    }
}

/// An event stream.
pub struct EventStream {
    first: Option<StreamPart>,
    parts: Pin<Box<dyn Stream<Item = StreamPart>>>,
    /// The event to send at the end, also when access ends.
    last: Option<StreamPart>,
    outlives_client: bool,
    access_ends: Option<LocalFuture<()>>,
}

impl EventStream {
    /// What a handler sends, and then its response. Dropping the stream stops the handler, which is what a client that
    /// closes its connection asks for (2026-07-28 streamable-http, "Cancellation"). `failed` writes the response for a
    /// handler that gave none.
    pub(crate) fn plain(
        call: InFlightCall,
        failed: impl FnOnce(Failure) -> (Vec<u8>, Option<Fault>) + 'static,
    ) -> Self {
        let part = |output| match output {
            CallEvent::Message(json) => Some(StreamPart::of(event(None, &json))),
            CallEvent::Response(json, faults) => {
                Some(StreamPart { faults, ..StreamPart::of(event(None, &json)) })
            }
            CallEvent::CloseEarly => None,
        };
        Self::of(None, parts_of(CallStream::new(call, failed), part))
    }

    /// The same in a session: every message is recorded before it is sent, so that a client which loses its connection
    /// can ask for it. "Disconnection SHOULD NOT be interpreted as the client cancelling its request." (2025-11-25
    /// basic/transports, "Sending Messages to the Server") If this is dropped before the response, the lease's error is recorded instead.
    pub(crate) fn recorded(
        call: InFlightCall,
        failed: impl FnOnce(Failure) -> (Vec<u8>, Option<Fault>) + 'static,
        session: Session,
        name: String,
        lease: Option<Lease>,
    ) -> Self {
        let opening = opening(session.revision, &name, 0);
        let call_stream = Recorded {
            call_stream: CallStream::new(call, failed),
            session,
            name,
            _lease: lease,
            number: 0,
            closed_early: false,
            over: false,
        };
        let parts = stream::unfold(call_stream, |mut recorded| async move {
            let part = recorded.next().await?;
            Some((part, recorded))
        });
        Self { outlives_client: true, ..Self::of(opening, parts) }
    }

    /// For a request that was cancelled before there was anything to say: "Not send a response for the cancelled request"
    /// (2025-11-25 basic/utilities/cancellation, "Behavior Requirements").
    pub(crate) fn silent() -> Self {
        Self::of(None, stream::empty())
    }

    /// Messages: one at once, others as they come, and one more when there are no others, for whatever reason. Dropping the stream ends them.
    pub(crate) fn messages(
        first: &[u8],
        messages: impl Stream<Item = Vec<u8>> + Unpin + 'static,
        last: Option<&[u8]>,
    ) -> Self {
        let part = |json: &[u8]| StreamPart::of(event(None, json));
        let parts = parts_of(messages, move |json| Some(part(&json)));
        Self { last: last.map(part), ..Self::of(Some(part(first)), parts) }
    }

    /// Events of a session as they come, from a place on.
    pub(crate) fn followed(revision: Revision, stream: &str, at: u64, events: Events) -> Self {
        let part = |Event { stream, number, message, .. }| {
            let id = event_id(&stream, number);
            (!message.is_empty()).then(|| StreamPart::of(event(Some(&id), message.as_bytes())))
        };
        Self::of(opening(revision, stream, at), parts_of(events, part))
    }

    /// The one stream of an HTTP+SSE session: first where to post to, then every message as it comes.
    pub(crate) fn of_sse(messages: &str, events: Events) -> Self {
        let endpoint = StreamPart::of(format!("event: endpoint\ndata: {messages}\n\n").into_bytes());
        let part = |Event { message, .. }| Some(StreamPart::of(event(None, message.as_bytes())));
        Self::of(Some(endpoint), parts_of(events, part))
    }

    fn of(first: Option<StreamPart>, parts: impl Stream<Item = StreamPart> + 'static) -> Self {
        Self { first, parts: Box::pin(parts), last: None, outlives_client: false, access_ends: None }
    }

    /// The same, for as long as the caller's access lasts. A handler that outlives its client is not stopped by that;
    /// its messages are dropped.
    pub(crate) fn while_access_lasts(self, access_ends: LocalFuture<()>) -> Self {
        Self { access_ends: Some(access_ends), ..self }
    }

    /// Whether the stream must be polled to its end even when its client has disconnected: it may resume the stream later.
    pub fn outlives_client(&self) -> bool {
        self.outlives_client
    }
}

impl Stream for EventStream {
    type Item = StreamPart;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<StreamPart>> {
        if let Some(access_ends) = &mut self.access_ends
            && access_ends.as_mut().poll(task).is_ready()
        {
            self.access_ends = None;
            if self.outlives_client {
                return Poll::Ready(Some(StreamPart { close_early: true, ..StreamPart::default() }));
            }
            self.first = None;
            self.parts = Box::pin(stream::empty());
        }
        if self.first.is_some() {
            return Poll::Ready(self.first.take());
        }
        let part = ready!(self.parts.as_mut().poll_next(task));
        if part.is_none() {
            // A stream that has ended is not to be polled again.
            self.parts = Box::pin(stream::empty());
            return Poll::Ready(self.last.take());
        }
        Poll::Ready(part)
    }
}

impl std::fmt::Debug for EventStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EventStream")
    }
}

/// A part of each item that has one.
fn parts_of<T>(
    mut items: impl Stream<Item = T> + Unpin,
    mut part: impl FnMut(T) -> Option<StreamPart>,
) -> impl Stream<Item = StreamPart> {
    stream::poll_fn(move |task| {
        loop {
            let Some(item) = ready!(items.poll_next_unpin(task)) else { return Poll::Ready(None) };
            if let Some(part) = part(item) {
                return Poll::Ready(Some(part));
            }
        }
    })
}

/// A handler on a stream whose events are recorded.
struct Recorded {
    call_stream: CallStream,
    session: Session,
    name: String,
    /// Dropped with this; `None` if none could be had.
    _lease: Option<Lease>,
    number: u64,
    closed_early: bool,
    over: bool,
}

impl Recorded {
    async fn next(&mut self) -> Option<StreamPart> {
        let (json, mut faults) = match self.call_stream.next().await {
            Some(CallEvent::CloseEarly) => {
                self.closed_early = true;
                return Some(StreamPart { close_early: true, ..StreamPart::default() });
            }
            Some(CallEvent::Message(json)) => (json, Vec::new()),
            Some(CallEvent::Response(json, faults)) => {
                self.over = true;
                (json, faults)
            }
            None if self.over => return None,
            // Cancelled. Whoever comes back for the rest is told that there is none.
            None => {
                self.over = true;
                (Vec::new(), Vec::new())
            }
        };
        let last = self.over;
        self.number += 1;
        let id = event_id(&self.name, self.number);
        let silent = self.closed_early || json.is_empty();
        let bytes = if silent { Vec::new() } else { event(Some(&id), &json) };
        let message = String::from_utf8_lossy(&json).into_owned();
        let event = Event { stream: self.name.clone(), number: self.number, message, last };
        // What cannot be recorded is sent all the same; it just cannot be asked for again.
        faults.extend(self.session.held.record(&self.session.id.name, &event).await.err());
        Some(StreamPart { bytes, faults, close_early: false })
    }
}

/// "The server SHOULD immediately send an SSE event consisting of an event ID and an empty `data` field in order to prime the
/// client to reconnect" (2025-11-25 basic/transports, "Sending Messages to the Server"). Clients of older revisions may try
/// to read it as a message.
fn opening(revision: Revision, stream: &str, at: u64) -> Option<StreamPart> {
    revision.knows(Feature::StreamPolling).then(|| {
        let id = event_id(stream, at);
        StreamPart::of(format!("id: {id}\nretry: {RETRY_MS}\ndata: \n\n").into_bytes())
    })
}

/// One event of one JSON text. Line breaks in JSON are white space between its tokens, and would end the field here.
fn event(id: Option<&str>, json: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(json.len() + 64);
    bytes.extend_from_slice(b"event: message\n");
    if let Some(id) = id {
        bytes.extend_from_slice(b"id: ");
        bytes.extend_from_slice(id.as_bytes());
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(b"data: ");
    bytes.extend(json.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }));
    bytes.extend_from_slice(b"\n\n");
    bytes
}
