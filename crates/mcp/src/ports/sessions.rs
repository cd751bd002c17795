//! What has to be held from one request to the next, and heard across them.

use std::pin::Pin;

use futures_util::Stream;
use serde::{Deserialize, Serialize};

use crate::model::error::Fault;
use crate::model::log_level::LogLevel;
use crate::ports::local_future::LocalFuture;

/// The stream of everything that belongs to no request: where a GET without `Last-Event-ID` listens.
pub const STANDALONE: &str = "0";

/// One event of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The stream it belongs to; unique within its session.
    pub stream: String,
    /// Its place in the stream, from 1.
    pub number: u64,
    /// One JSON-RPC message; empty where a stream ends without one, its request having been cancelled.
    pub message: String,
    /// Whether the stream ends with it.
    pub last: bool,
}

/// A stream of events as they come.
pub type Events = Pin<Box<dyn Stream<Item = Event>>>;

/// Something of a principal's that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceChange {
    /// A resource reads otherwise, or is no more.
    Resource {
        /// Its address.
        uri: String,
    },
    /// The list of resources has others on it.
    ResourceList,
}

/// Changes as they come.
pub type ResourceChanges = Pin<Box<dyn Stream<Item = ResourceChange>>>;

/// What has to be held of sessions, and held by something that outlives a request; the host provides it; and what has to
/// be heard across requests, in either era. A session is
/// named by a text that no other session ever has.
pub trait Sessions {
    /// A name that was never given before and cannot be guessed, of at most 64 letters, digits and `-`.
    ///
    /// # Errors
    /// The platform's.
    fn name(&self) -> Result<String, Fault>;

    /// Whether a session was ended.
    fn is_over(&self, session: &str) -> LocalFuture<Result<bool, Fault>>;

    /// Ends a session: its streams close, and whatever is held of it is dropped, but that it is over.
    fn end(&self, session: &str) -> LocalFuture<Result<(), Fault>>;

    /// Keeps how a client introduced itself, where its session's id cannot say so because the session began before that.
    fn set_client_info(&self, session: &str, client_info: &str) -> LocalFuture<Result<(), Fault>>;

    /// What was kept of that.
    fn client_info(&self, session: &str) -> LocalFuture<Result<Option<String>, Fault>>;

    /// The least level of log messages the client wants; `None` until it has said so.
    fn log_level(&self, session: &str) -> LocalFuture<Result<Option<LogLevel>, Fault>>;

    /// Sets that level.
    fn set_log_level(&self, session: &str, level: LogLevel) -> LocalFuture<Result<(), Fault>>;

    /// Starts telling a client of changes of a resource. `principal` is whose resources these are.
    fn subscribe(&self, session: &str, principal: &str, uri: &str) -> LocalFuture<Result<Subscribed, Fault>>;

    /// Stops telling it.
    fn unsubscribe(&self, session: &str, uri: &str) -> LocalFuture<Result<(), Fault>>;

    /// Has the session told of changes of its principal's lists for as long as somebody follows [`STANDALONE`].
    fn tell_of_lists(&self, session: &str, principal: &str) -> LocalFuture<Result<(), Fault>>;

    /// Hands the client's answer, a JSON-RPC response, to whoever waits for it: now, or as soon as somebody does.
    fn answered(&self, session: &str, request: &str, response: &str) -> LocalFuture<Result<(), Fault>>;

    /// Waits for the client's answer to a request of ours. `None` if it does not come in the time there is.
    fn answer(&self, session: &str, request: &str) -> LocalFuture<Result<Option<String>, Fault>>;

    /// Has a request of the client's stopped by whoever works it off: now, or as soon as they wait for it. `request` is
    /// unique within its session, of at most 64 letters, digits, `-` and `_`.
    fn cancel(&self, session: &str, request: &str) -> LocalFuture<Result<(), Fault>>;

    /// Waits for that. It may begin to look only after a moment: most requests are done by then, and cost nothing.
    fn cancelled(&self, session: &str, request: &str) -> LocalFuture<Result<(), Fault>>;

    /// Keeps an event for whoever asks for it with `Last-Event-ID`, and sends it to whoever follows the stream now.
    fn record(&self, session: &str, event: &Event) -> LocalFuture<Result<(), Fault>>;

    /// Records a message as the next event of the stream of what belongs to no request ([`STANDALONE`]).
    fn push(&self, session: &str, message: &str) -> LocalFuture<Result<(), Fault>>;

    /// The events of a stream from after a place on, those that are kept and those to come. `None` stands for "from now
    /// on"; the number given back is the place the stream is at.
    fn follow(
        &self,
        session: &str,
        stream: &str,
        after: Option<u64>,
    ) -> LocalFuture<Result<(u64, Events), Fault>>;

    /// What changes of a principal's, from now on.
    fn changes(&self, principal: &str) -> LocalFuture<Result<ResourceChanges, Fault>>;
}

/// Whether a session was subscribed to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subscribed {
    /// It is.
    Yes,
    /// It is not: it has subscribed to so many already.
    TooMany {
        /// The most resources that one session may subscribe to.
        most: u32,
    },
    /// It is not: the address is longer than what is kept.
    TooLong {
        /// The longest address, in bytes.
        most: usize,
    },
}
