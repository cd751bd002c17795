//! Sessions, as the host stores them, and messages between requests.

use std::any::Any;
use std::pin::Pin;

use futures_util::Stream;
use serde::{Deserialize, Serialize};

use crate::model::error::Fault;
use crate::model::log_level::LogLevel;
use crate::ports::local_future::LocalFuture;

/// The standalone stream: messages that belong to no request. A GET without `Last-Event-ID` follows it.
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

/// Says that a call is being worked on, until it is dropped. It says nothing else.
pub type Lease = Box<dyn Any>;

/// Waits for an answer. `None` if it does not come within the host's time limit.
pub type AwaitedAnswer = LocalFuture<Result<Option<String>, Fault>>;

/// A stream of events.
pub type Events = Pin<Box<dyn Stream<Item = Event>>>;

/// A change of a principal's resources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceChange {
    /// A resource has changed, or was deleted.
    Resource {
        /// Its address.
        uri: String,
    },
    /// The list of resources has changed.
    ResourceList,
}

/// A stream of changes.
pub type ResourceChanges = Pin<Box<dyn Stream<Item = ResourceChange>>>;

/// The storage of sessions, and messages between requests, in either era. The host provides it, since both outlive a request. A
/// session is named by a text that no other session ever has.
pub trait Sessions {
    /// A name that was never given before and cannot be guessed, of at most 64 letters, digits and `-`.
    ///
    /// # Errors
    /// The platform's.
    fn name(&self) -> Result<String, Fault>;

    /// Whether a session was ended.
    fn is_over(&self, session: &str) -> LocalFuture<Result<bool, Fault>>;

    /// Ends a session: its streams close, and everything stored of it is deleted but that it is over.
    fn end(&self, session: &str) -> LocalFuture<Result<(), Fault>>;

    /// Stores the client info (JSON) of a session whose id does not carry it, because it came after the session began.
    fn set_client_info(&self, session: &str, client_info: &str) -> LocalFuture<Result<(), Fault>>;

    /// The client info stored by [`set_client_info`](Self::set_client_info), if any.
    fn client_info(&self, session: &str) -> LocalFuture<Result<Option<String>, Fault>>;

    /// The least level of log messages the client wants; `None` until it has said so.
    fn log_level(&self, session: &str) -> LocalFuture<Result<Option<LogLevel>, Fault>>;

    /// Sets that level.
    fn set_log_level(&self, session: &str, level: LogLevel) -> LocalFuture<Result<(), Fault>>;

    /// Subscribes a session to a resource of `principal`.
    fn subscribe(&self, session: &str, principal: &str, uri: &str) -> LocalFuture<Result<Subscribed, Fault>>;

    /// Unsubscribes it.
    fn unsubscribe(&self, session: &str, uri: &str) -> LocalFuture<Result<(), Fault>>;

    /// Subscribes the session to its principal's list of resources, while a client follows [`STANDALONE`].
    fn tell_of_lists(&self, session: &str, principal: &str) -> LocalFuture<Result<(), Fault>>;

    /// Delivers the client's answer, a JSON-RPC response, to whoever waits for it since [`answer`](Self::answer). `false`: nobody does,
    /// and nothing of it is kept.
    fn answered(&self, session: &str, request: &str, response: &str) -> LocalFuture<Result<bool, Fault>>;

    /// Begins to wait for the client's answer to a request of the server, which is sent after that.
    fn answer(&self, session: &str, request: &str) -> LocalFuture<Result<AwaitedAnswer, Fault>>;

    /// Takes a lease for a call whose messages are recorded as the stream `call`. If nobody works on the call any more, because the lease
    /// was dropped or the process has ended, and no last event was recorded, `lost` (a JSON-RPC response) is recorded: as the last event
    /// of `call`, or, if `listener` is [`STANDALONE`], as the next of that stream.
    fn work_on(
        &self,
        session: &str,
        call: &str,
        listener: &str,
        lost: &str,
    ) -> LocalFuture<Result<Lease, Fault>>;

    /// Cancels a request of the client: wakes the call of [`cancelled`](Self::cancelled) that waits for it, now or later. `request` is
    /// unique within its session, of at most 64 letters, digits, `-` and `_`.
    fn cancel(&self, session: &str, request: &str) -> LocalFuture<Result<(), Fault>>;

    /// Waits until a request is cancelled. It may start to look only after a moment: most requests are done by then, and cost nothing.
    fn cancelled(&self, session: &str, request: &str) -> LocalFuture<Result<(), Fault>>;

    /// Stores an event for a client that resumes with `Last-Event-ID`, and sends it to the one that follows the stream now.
    fn record(&self, session: &str, event: &Event) -> LocalFuture<Result<(), Fault>>;

    /// Records a message as the next event of [`STANDALONE`], the stream of messages that belong to no request.
    fn push(&self, session: &str, message: &str) -> LocalFuture<Result<(), Fault>>;

    /// The events of a stream after the number `after`, stored and future ones; `None`: from now on. The number returned is the
    /// stream's position: `after`, or that of its last event. Returns `None` if nothing will come: the stream is that of a call which is
    /// over, and no event after `after` is stored (any more). [`STANDALONE`] is never over.
    fn follow(
        &self,
        session: &str,
        stream: &str,
        after: Option<u64>,
    ) -> LocalFuture<Result<Option<(u64, Events)>, Fault>>;

    /// The changes of a principal's resources, from now on.
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
