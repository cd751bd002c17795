//! Answers that take a while: an event stream (WHATWG HTML, "Server-sent events") with everything a handler sends before
//! its result, and then the result (2026-07-28 streamable-http, "Sending Messages").
//!
//! Nobody declares that a handler streams. One that sends nothing is answered with plain JSON; the first thing sent turns
//! the answer into a stream, if the client takes one.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_util::Stream;

use crate::LocalFuture;
use crate::error::{Failure, Fault};

/// A comment, which every client ignores. Written to a silent stream every 15 to 25 seconds it keeps proxies from closing
/// it, and tells when nobody listens any more.
pub const KEEP_ALIVE: &[u8] = b": keep-alive\n\n";

/// Messages of a handler on their way to the client. Without a stream to put them on they are dropped.
#[derive(Debug)]
pub(crate) struct Outbox {
    takes_messages: bool,
    queue: RefCell<VecDeque<Vec<u8>>>,
}

impl Outbox {
    pub(crate) fn new(takes_messages: bool) -> Rc<Self> {
        Rc::new(Self { takes_messages, queue: RefCell::default() })
    }

    pub(crate) fn send(&self, message: Vec<u8>) {
        if self.takes_messages
            && let Ok(mut queue) = self.queue.try_borrow_mut()
        {
            queue.push_back(message);
        }
    }

    fn take(&self) -> Option<Vec<u8>> {
        self.queue.try_borrow_mut().ok()?.pop_front()
    }

    fn is_empty(&self) -> bool {
        self.queue.try_borrow().is_ok_and(|queue| queue.is_empty())
    }
}

/// A handler at work: a whole JSON-RPC response, later.
pub(crate) struct Working {
    pub(crate) response: LocalFuture<Result<Vec<u8>, Failure>>,
    pub(crate) outbox: Rc<Outbox>,
}

/// What came first.
pub(crate) enum First {
    Response(Result<Vec<u8>, Failure>),
    Message(Working),
}

impl Working {
    /// Waits until there is something to say: the response, or a message that precedes it.
    pub(crate) async fn first(mut self) -> First {
        let outbox = Rc::clone(&self.outbox);
        let response = std::future::poll_fn(|task| match self.response.as_mut().poll(task) {
            Poll::Ready(response) if outbox.is_empty() => Poll::Ready(Some(response)),
            // Sent and finished in one go: the messages still come first.
            Poll::Ready(response) => {
                self.response = Box::pin(std::future::ready(response));
                Poll::Ready(None)
            }
            Poll::Pending if outbox.is_empty() => Poll::Pending,
            Poll::Pending => Poll::Ready(None),
        })
        .await;
        match response {
            Some(response) => First::Response(response),
            None => First::Message(self),
        }
    }
}

/// A part of an event stream, to be written as soon as it is there.
#[derive(Debug, PartialEq, Eq)]
pub struct StreamPart {
    /// The bytes to send.
    pub bytes: Vec<u8>,
    /// What broke on our side, for the log.
    pub faults: Vec<Fault>,
}

/// An event stream. Dropping it cancels the handler behind it, which is what a client that closes its connection asks for
/// (2026-07-28 streamable-http, "Cancellation").
pub struct EventStream {
    response: Option<LocalFuture<StreamPart>>,
    outbox: Rc<Outbox>,
    last: Option<StreamPart>,
}

impl EventStream {
    /// `failed` writes the response for a handler that gave none.
    pub(crate) fn new(
        working: Working,
        failed: impl FnOnce(Failure) -> (Vec<u8>, Option<Fault>) + 'static,
    ) -> Self {
        let Working { response, outbox } = working;
        let response = async move {
            let (response, fault) = match response.await {
                Ok(response) => (response, None),
                Err(failure) => failed(failure),
            };
            StreamPart { bytes: event(response), faults: fault.into_iter().collect() }
        };
        Self { response: Some(Box::pin(response)), outbox, last: None }
    }
}

impl Stream for EventStream {
    type Item = StreamPart;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<StreamPart>> {
        if self.outbox.is_empty()
            && let Some(response) = &mut self.response
            && let Poll::Ready(last) = response.as_mut().poll(task)
        {
            self.response = None;
            self.last = Some(last);
        }
        // Whatever the handler sent while it was looked at comes before its response.
        if let Some(message) = self.outbox.take() {
            return Poll::Ready(Some(StreamPart { bytes: event(message), faults: Vec::new() }));
        }
        match self.response {
            Some(_) => Poll::Pending,
            None => Poll::Ready(self.last.take()),
        }
    }
}

impl std::fmt::Debug for EventStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EventStream")
    }
}

/// One event of one JSON text. Line breaks in JSON are white space between its tokens, and would end the field here.
fn event(mut json: Vec<u8>) -> Vec<u8> {
    json.iter_mut().filter(|byte| matches!(**byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    let mut bytes = Vec::with_capacity(json.len() + 24);
    bytes.extend_from_slice(b"event: message\ndata: ");
    bytes.extend_from_slice(&json);
    bytes.extend_from_slice(b"\n\n");
    bytes
}
