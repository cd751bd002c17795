//! What the objects are asked, by Workers and by each other. One class serves as three kinds of object: a session, a task, and a
//! principal's registry.

use std::borrow::Cow;

use mcp::{Event, Fault, HeldTask, LogLevel, ResourceChange, Subscribed, TaskEvent, TaskSignal, digest};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use worker_kit::http::Failure;
use worker_kit::object::{Never, Object, Unanswered};

use crate::change_feed::subscriber::Subscriber;

/// The binding of the objects: every Worker that holds sessions calls it so.
const BINDING: &str = "MCP_SESSION";

/// How the names of registries begin.
pub(crate) const REGISTRY_PREFIX: &str = "circle:";

/// For whom something is held: a principal, and which of their clients.
///
/// What is held has limits for each client and for all clients of a principal together, so every client that is told apart has
/// a share of its own.
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

/// What an object holds for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Holding {
    /// Of a session: something. (Earlier versions told those apart that hear of changes.)
    #[serde(alias = "resource_changes")]
    Something,
    /// Of a session: that it was ended.
    End,
    /// A task.
    Task,
}

impl Holding {
    /// Its name in the tables.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Something => "something",
            Self::End => "end",
            Self::Task => "task",
        }
    }
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
    /// A task, by its name. No session is called like its object.
    Task, task => format!("task:{task}")
}

kind! {
    /// What knows all sessions and tasks of a principal which have something held; and, where no object of the application has what
    /// changes, whom to tell of it. No session is called like it: names of sessions have no `:`. The prefix is that of earlier versions, since what they
    /// stored is found under it.
    Registry, principal => format!("{REGISTRY_PREFIX}{principal}")
}

kind! {
    /// A session or a task, by the name of its object.
    SessionOrTask, object => object
}

worker_kit::questions! {
    /// What the objects of this class are asked.
    pub(crate) enum Asked;

    Session {
        IsOver -> bool,
        End -> bool,
        SetClientInfo -> (),
        GetClientInfo -> Option<String>,
        WantedLogLevel -> Option<LogLevel>,
        SetLogLevel -> (),
        Subscribe -> Subscribed,
        Unsubscribe -> (),
        Answered -> (),
        Cancel -> (),
        Record -> (),
        Push -> (),
        Follow opens StreamFrame,
        AwaitAnswer opens Box<RawValue>,
        AwaitCancellation opens (),
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

/// Has an earlier version ended the session?
#[derive(Serialize, Deserialize)]
pub(crate) struct IsOver;

/// Ends the session. Answered with whether it wanted to hear of changes.
#[derive(Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) holder: Holder,
}

/// Keeps what the client said of itself after its session began.
#[derive(Serialize, Deserialize)]
pub(crate) struct SetClientInfo {
    pub(crate) holder: Holder,
    pub(crate) client_info: String,
}

/// What was kept of that.
#[derive(Serialize, Deserialize)]
pub(crate) struct GetClientInfo;

/// The least level of log messages that the client wants, if it said so.
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

/// The client's answer to a request of the server's: a JSON-RPC response.
#[derive(Serialize, Deserialize)]
pub(crate) struct Answered {
    pub(crate) holder: Holder,
    pub(crate) request: String,
    pub(crate) response: Box<RawValue>,
}

/// A request of the client's is to be stopped.
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

/// Records the next event of the stream of what belongs to no request.
#[derive(Serialize, Deserialize)]
pub(crate) struct Push {
    pub(crate) holder: Holder,
    pub(crate) message: Box<RawValue>,
}

/// Opens the events of a stream from after a place on; from now on, where there is none.
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

/// Waits for a request of the client's to be stopped: one frame says so.
#[derive(Serialize, Deserialize)]
pub(crate) struct AwaitCancellation {
    pub(crate) holder: Holder,
    pub(crate) request: String,
}

/// Begins a task. Answered when it is held.
#[derive(Serialize, Deserialize)]
pub(crate) struct BeginTask {
    pub(crate) holder: Holder,
    pub(crate) task: HeldTask,
    pub(crate) lifetime_ms: u64,
}

/// How far is the task?
#[derive(Serialize, Deserialize)]
pub(crate) struct TaskState;

/// Something happens to the task. Answered with whether there is one.
#[derive(Serialize, Deserialize)]
pub(crate) struct TaskHappens {
    pub(crate) event: TaskEvent,
}

/// Listens to what whoever works on the task has to know. Whoever listens is who works on it.
#[derive(Serialize, Deserialize)]
pub(crate) struct WorkOnTask;

/// Something has changed; or nothing has, and it is only asked. Answered with when to ask again whether the session wants to hear, in
/// milliseconds since 1970; with nothing, where it does not.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Changed {
    pub(crate) changes: Vec<ResourceChange>,
}

/// Lets go of everything: somebody else has a better right to the room.
#[derive(Serialize, Deserialize)]
pub(crate) struct GiveWay;

/// A session or a task holds something, or something else than before, or was ended. Answered with whether it may: one that was ended
/// holds nothing any more.
#[derive(Serialize, Deserialize)]
pub(crate) struct Enter {
    #[serde(rename = "member")]
    pub(crate) object: String,
    pub(crate) client: String,
    pub(crate) holding: Holding,
}

/// Was that session ended?
#[derive(Serialize, Deserialize)]
pub(crate) struct HasEnded {
    pub(crate) session: String,
}

/// One holds nothing any more.
#[derive(Serialize, Deserialize)]
pub(crate) struct Leave {
    #[serde(rename = "member")]
    pub(crate) object: String,
}

/// Has a session told of changes.
#[derive(Serialize, Deserialize)]
pub(crate) struct SubscribeToFeed(pub(crate) Subscriber);

/// Has a session that is over told no more.
#[derive(Serialize, Deserialize)]
pub(crate) struct UnsubscribeFromFeed {
    pub(crate) session: String,
}

/// Listens to what changes of the principal's.
#[derive(Serialize, Deserialize)]
pub(crate) struct ListenToFeed {
    pub(crate) holder: Holder,
}

/// Tells whoever listens, and the sessions. Answered before they are told.
#[derive(Serialize, Deserialize)]
pub(crate) struct Tell {
    pub(crate) changes: Vec<ResourceChange>,
}

/// Which sessions are told of changes?
#[derive(Serialize, Deserialize)]
pub(crate) struct ListSubscribers;

/// Another object tells them from now on.
#[derive(Serialize, Deserialize)]
pub(crate) struct ForgetSubscribers;

/// What is sent on a stream.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StreamFrame {
    /// First of all: the place where the stream is.
    Opened {
        at: u64,
    },
    Event(SentEvent),
}

/// An event as it travels: its message is JSON like the rest, and no text that holds JSON.
#[derive(Serialize, Deserialize)]
pub(crate) struct SentEvent {
    stream: String,
    number: u64,
    message: Option<Box<RawValue>>,
    last: bool,
}

impl TryFrom<Event> for SentEvent {
    type Error = serde_json::Error;

    fn try_from(event: Event) -> Result<Self, serde_json::Error> {
        let Event { stream, number, message, last } = event;
        let message = (!message.is_empty()).then(|| RawValue::from_string(message)).transpose()?;
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

/// A question that may make something be held for somebody.
pub(crate) trait Held {
    /// For whom.
    fn holder(&self) -> &Holder;
}

macro_rules! held {
    ($($question:ident)*) => {
        $(impl Held for $question {
            fn holder(&self) -> &Holder {
                &self.holder
            }
        })*
    };
}

held! { SetClientInfo SetLogLevel Subscribe Answered Cancel Record Push BeginTask }

/// What the engine is told where an object gave no answer.
pub(crate) fn fault(unanswered: Unanswered<Never>) -> Fault {
    match unanswered.into() {
        Failure::Problem(problem) => match problem.retry_after() {
            Some(seconds) => {
                Fault::unavailable(format_args!("a session object: {}", problem.detail()), seconds)
            }
            None => Fault::new(format_args!("a session object: {}", problem.detail())),
        },
        Failure::Fault(what) => Fault::new(format_args!("a session object: {what}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(message: &str) -> Event {
        Event { stream: "7".to_owned(), number: 3, message: message.to_owned(), last: true }
    }

    #[test]
    fn the_message_of_an_event_travels_as_json() -> serde_json::Result<()> {
        for (message, expected) in [
            (r#"{"id": 1}"#, r#"{"event":{"stream":"7","number":3,"message":{"id": 1},"last":true}}"#),
            ("", r#"{"event":{"stream":"7","number":3,"message":null,"last":true}}"#),
        ] {
            let sent = serde_json::to_string(&StreamFrame::Event(event(message).try_into()?))?;
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
