//! The questions to the objects, from Workers and from each other. One class serves as three kinds of object: a session, a task, and
//! a principal's registry.

use std::borrow::Cow;

use mcp::{Event, Fault, HeldTask, LogLevel, ResourceChange, Subscribed, TaskEvent, TaskSignal, digest};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use worker_kit::http::{Failure, FailureKind};
use worker_kit::object::{Never, Object, Unanswered};

use crate::change_feed::subscriber::Subscriber;

/// The binding of the objects: the same in every Worker that holds sessions.
const BINDING: &str = "MCP_SESSION";

/// The prefix of the names of registries.
pub(crate) const REGISTRY_PREFIX: &str = "circle:";

/// The owner of something held: a principal, and one of their clients.
///
/// What is held has limits for each client and for all clients of a principal together ([`Limits`](crate::Limits)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub(crate) principal: String,
    /// A digest: a client's name may be long.
    pub(crate) client: String,
}

impl Holder {
    /// The principal and the client as [`mcp::Authorize`] names them.
    pub fn new(principal: &str, client: &str) -> Self {
        Self { principal: principal.to_owned(), client: digest(client) }
    }
}

/// What an object is entered in the registry for. As serde names it, it stands in the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Holding {
    /// A session that holds something. (Earlier versions had a value of its own for sessions subscribed to changes.)
    #[serde(alias = "resource_changes")]
    Something,
    /// A session that was ended; only that is remembered.
    End,
    /// A task.
    Task,
}

/// Declares a kind of object of this class, named by a text.
macro_rules! kind {
    ($(#[$about:meta])* $kind:ident, $name:ident => $of:expr) => {
        $(#[$about])*
        pub(crate) enum $kind {}

        impl Object for $kind {
            const BINDING: &'static str = BINDING;
            type Name = str;
            type Asked = Asked;
            type Refusal = Never;

            fn name($name: &str) -> Cow<'_, str> {
                $of.into()
            }
        }
    };
}

kind! {
    /// A session, by its name.
    Session, session => session
}

kind! {
    /// A task, by its name. Names of sessions have no `:`, so none equals its object's.
    Task, task => format!("task:{task}")
}

kind! {
    /// The registry of a principal: their sessions and tasks that hold something. Where no object of the application has the
    /// feed of changes, it has that too. Names of sessions have no `:`, so none equals its name. The prefix is that of earlier
    /// versions, so that what they stored is found.
    Registry, principal => format!("{REGISTRY_PREFIX}{principal}")
}

kind! {
    /// A session or a task, by the name of its object.
    SessionOrTask, object => object
}

worker_kit::questions! {
    /// The questions to the objects of this class.
    pub(crate) enum Asked;

    Session {
        IsOver -> bool,
        End -> bool,
        SetClientInfo -> (),
        GetClientInfo -> Option<Box<RawValue>>,
        WantedLogLevel -> Option<LogLevel>,
        SetLogLevel -> (),
        Subscribe -> Subscribed,
        Unsubscribe -> (),
        TakeAnswer -> bool,
        Cancel -> (),
        Record -> (),
        Push -> (),
        Follow opens StreamFrame,
        AwaitAnswer opens Box<RawValue>,
        AwaitCancellation opens (),
        WorkOnCall opens (),
    }

    Task {
        BeginTask -> (),
        TaskState -> Option<HeldTask>,
        TaskHappens -> bool,
        WorkOnTask opens TaskSignal,
    }

    SessionOrTask {
        Changed -> Option<u64>,
        GiveWay -> (),
    }

    Registry {
        Enter -> bool,
        HasEnded -> bool,
        Leave -> (),
        SubscribeToFeed -> (),
        UnsubscribeFromFeed -> (),
        ListenToFeed opens Vec<ResourceChange>,
        Tell -> (),
        ListSubscribers -> Vec<Subscriber>,
        ForgetSubscribers -> (),
    }
}

/// Whether an earlier version has ended the session.
#[derive(Serialize, Deserialize)]
pub(crate) struct IsOver;

/// Ends the session. The answer says whether it was subscribed to changes.
#[derive(Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) holder: Holder,
}

/// Stores the client info that came after the session began.
#[derive(Serialize, Deserialize)]
pub(crate) struct SetClientInfo {
    pub(crate) holder: Holder,
    pub(crate) client_info: Box<RawValue>,
}

/// The client info stored by [`SetClientInfo`], if any.
#[derive(Serialize, Deserialize)]
pub(crate) struct GetClientInfo;

/// The log level that the client has set, if any.
#[derive(Serialize, Deserialize)]
pub(crate) struct WantedLogLevel;

#[derive(Serialize, Deserialize)]
pub(crate) struct SetLogLevel {
    pub(crate) holder: Holder,
    pub(crate) level: LogLevel,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Subscribe {
    pub(crate) holder: Holder,
    pub(crate) uri: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Unsubscribe {
    pub(crate) uri: String,
}

/// The client's answer to a request of the server's: a JSON-RPC response. `false`: nobody waits for it. (Earlier versions had a question
/// with another answer, so the name is new.)
#[derive(Serialize, Deserialize)]
pub(crate) struct TakeAnswer {
    pub(crate) holder: Holder,
    pub(crate) request: String,
    pub(crate) response: Box<RawValue>,
}

/// Cancels a request of the client's.
#[derive(Serialize, Deserialize)]
pub(crate) struct Cancel {
    pub(crate) holder: Holder,
    pub(crate) request: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) holder: Holder,
    pub(crate) event: SentEvent,
}

/// Records a message as the next event of the standalone stream ([`mcp::STANDALONE`]).
#[derive(Serialize, Deserialize)]
pub(crate) struct Push {
    pub(crate) holder: Holder,
    pub(crate) message: Box<RawValue>,
}

/// Opens a stream after the event number `after`; without one, from now on.
#[derive(Serialize, Deserialize)]
pub(crate) struct Follow {
    pub(crate) holder: Holder,
    pub(crate) stream: String,
    pub(crate) after: Option<u64>,
}

/// Waits for the client's answer to a request: one frame, a JSON-RPC response.
#[derive(Serialize, Deserialize)]
pub(crate) struct AwaitAnswer {
    pub(crate) holder: Holder,
    pub(crate) request: String,
}

/// Waits until a request of the client's is cancelled: then one frame comes.
#[derive(Serialize, Deserialize)]
pub(crate) struct AwaitCancellation {
    pub(crate) holder: Holder,
    pub(crate) request: String,
}

/// Opens the lease of a call, on which nothing is sent. When this WebSocket closes before the last event of the stream `call` was
/// recorded, `lost` is recorded: as that event, or as the next of the standalone stream, if that is the `listener`.
#[derive(Serialize, Deserialize)]
pub(crate) struct WorkOnCall {
    pub(crate) holder: Holder,
    pub(crate) call: String,
    pub(crate) listener: String,
    pub(crate) lost: Box<RawValue>,
}

/// Stores a new task, for `lifetime_ms` milliseconds.
#[derive(Serialize, Deserialize)]
pub(crate) struct BeginTask {
    pub(crate) holder: Holder,
    pub(crate) task: HeldTask,
    pub(crate) lifetime_ms: u64,
}

/// The task as stored; `None`: there is none.
#[derive(Serialize, Deserialize)]
pub(crate) struct TaskState;

/// Applies an event to the task. The answer says whether the task exists.
#[derive(Serialize, Deserialize)]
pub(crate) struct TaskHappens {
    pub(crate) event: TaskEvent,
}

/// Opens the signals for the Worker that runs the task. When this WebSocket closes before the task is over, the task has failed.
#[derive(Serialize, Deserialize)]
pub(crate) struct WorkOnTask;

/// Notifies a session of changes; an empty list only asks whether it is still subscribed. The answer is when to ask that again, in
/// milliseconds since 1970; `None`: the session is not subscribed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Changed {
    pub(crate) changes: Vec<ResourceChange>,
}

/// Evicts the session or task: it deletes everything that it holds.
#[derive(Serialize, Deserialize)]
pub(crate) struct GiveWay;

/// Enters a session or task in the registry, or changes what it is entered for. `false`: the session was ended, and may hold nothing.
#[derive(Serialize, Deserialize)]
pub(crate) struct Enter {
    #[serde(rename = "member")]
    pub(crate) object: String,
    pub(crate) client: String,
    pub(crate) holding: Holding,
}

/// Whether a session was ended.
#[derive(Serialize, Deserialize)]
pub(crate) struct HasEnded {
    pub(crate) session: String,
}

/// Removes a session or task that holds nothing any more from the registry.
#[derive(Serialize, Deserialize)]
pub(crate) struct Leave {
    #[serde(rename = "member")]
    pub(crate) object: String,
}

/// Subscribes a session to the feed.
#[derive(Serialize, Deserialize)]
pub(crate) struct SubscribeToFeed(pub(crate) Subscriber);

/// Unsubscribes a session that has ended from the feed.
#[derive(Serialize, Deserialize)]
pub(crate) struct UnsubscribeFromFeed {
    pub(crate) session: String,
}

/// Opens a WebSocket for the principal's changes.
#[derive(Serialize, Deserialize)]
pub(crate) struct ListenToFeed {
    pub(crate) holder: Holder,
}

/// Notifies the open WebSockets and the subscribed sessions. The answer does not wait for the sessions.
#[derive(Serialize, Deserialize)]
pub(crate) struct Tell {
    pub(crate) changes: Vec<ResourceChange>,
}

/// The sessions subscribed to the feed.
#[derive(Serialize, Deserialize)]
pub(crate) struct ListSubscribers;

/// Deletes the subscriptions: another object has the feed from now on.
#[derive(Serialize, Deserialize)]
pub(crate) struct ForgetSubscribers;

/// A frame of a stream.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StreamFrame {
    /// The first frame: the number of the stream's last event before those that follow.
    Opened {
        at: u64,
    },
    Event(SentEvent),
    /// The only frame: nothing will come on this stream.
    Over,
}

/// An event on the wire. Its message is embedded as JSON, not as a string.
#[derive(Serialize, Deserialize)]
pub(crate) struct SentEvent {
    stream: String,
    number: u64,
    message: Option<Box<RawValue>>,
    last: bool,
}

impl TryFrom<Event> for SentEvent {
    type Error = json::Error;

    fn try_from(event: Event) -> Result<Self, json::Error> {
        let Event { stream, number, message, last } = event;
        let message = (!message.is_empty()).then(|| json::raw(message)).transpose()?;
        Ok(Self { stream, number, message, last })
    }
}

impl From<SentEvent> for Event {
    fn from(sent: SentEvent) -> Self {
        let SentEvent { stream, number, message, last } = sent;
        let message = message.map_or_else(String::new, |message| message.get().to_owned());
        Self { stream, number, message, last }
    }
}

macro_rules! held {
    ($($question:ident)*) => {
        impl Asked {
            /// The owner of what the object has to hold for this question; `None` where it holds nothing for it.
            pub(crate) fn holder(&self) -> Option<&Holder> {
                match self {
                    $(Self::$question(asked) => Some(&asked.holder),)*
                    _ => None,
                }
            }
        }
    };
}

held! {
    SetClientInfo SetLogLevel Subscribe TakeAnswer Cancel Record Push Follow AwaitAnswer AwaitCancellation WorkOnCall BeginTask
}

/// Converts a call without an answer into the engine's fault.
pub(crate) fn fault(unanswered: Unanswered<Never>) -> Fault {
    match Failure::from(unanswered).kind() {
        FailureKind::NotNow(not_now) => {
            Fault::unavailable(format_args!("a session object: {}", not_now.detail()), not_now.retry_after)
        }
        FailureKind::Problem(problem) => Fault::new(format_args!("a session object: {}", problem.detail())),
        FailureKind::Fault(what) => Fault::new(format_args!("a session object: {what}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(message: &str) -> Event {
        Event { stream: "7".to_owned(), number: 3, message: message.to_owned(), last: true }
    }

    #[test]
    fn the_message_of_an_event_travels_as_json() -> json::Result<()> {
        for (message, expected) in [
            (r#"{"id": 1}"#, r#"{"event":{"stream":"7","number":3,"message":{"id": 1},"last":true}}"#),
            ("", r#"{"event":{"stream":"7","number":3,"message":null,"last":true}}"#),
        ] {
            let sent = json::to_string(&StreamFrame::Event(event(message).try_into()?))?;
            assert_eq!(sent, expected);
            let StreamFrame::Event(arrived) = serde_json::from_str(&sent)? else { return Ok(()) };
            assert_eq!(Event::from(arrived), event(message));
        }
        Ok(())
    }

    #[test]
    fn objects_are_found_under_the_names_that_they_were_made_with() {
        assert_eq!(Session::name("abc"), "abc");
        assert_eq!(Task::name("abc"), "task:abc");
        assert_eq!(Registry::name("user-1"), "circle:user-1");
    }
}
