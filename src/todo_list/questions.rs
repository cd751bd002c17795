//! The questions to the list's object, with the types that both sides share.

use std::{borrow::Cow, time::Duration};

use identity_workers::{Access, Admission, UserId};
use mcp::ResourceChange;
use mcp_workers::{Holder, Subscriber};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use todo::{
    Actor, Command, Filter, HistoryEntry, IdempotencyKey, ListDelta, Page, Position, Refusal, Todo, TodoId,
    stored,
};
use worker_kit::object::{Object, Opening, Question, Reading};

use super::{
    for_operators::{ListState, Restore},
    provenance::Provenance,
};

/// The object that owns one user's list.
pub(super) enum TodoListObject {}

impl Object for TodoListObject {
    const BINDING: &'static str = "TODO_LIST";

    /// Reading a list from KV for the first time takes a second or two; a call that exceeds this limit has failed.
    const TIME_LIMIT: Duration = Duration::from_secs(15);

    type Name = UserId;
    type Asked = Call;
    type Refusal = ListRefusal;

    fn name(user: &UserId) -> Cow<'_, str> {
        user.as_str().into()
    }
}

/// A question with its caller's admission; `None` where there is none (with Stytch, an agent's token is valid until it expires).
#[derive(Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) admission: Option<Admission>,
    /// The id of the caller's client: `""` for the page, and for a Worker of an earlier version, which does not say.
    #[serde(default)]
    pub(super) client: String,
    pub(super) asked: Asked,
}

impl From<Asked> for Call {
    fn from(asked: Asked) -> Self {
        Self { admission: None, client: String::new(), asked }
    }
}

/// A question with an admission and a client.
pub(super) struct LetIn<Q> {
    pub(super) admission: Option<Admission>,
    pub(super) client: String,
    pub(super) question: Q,
}

impl<Q: Question<Object = TodoListObject>> Question for LetIn<Q> {
    type Object = TodoListObject;
    type Answer = Q::Answer;

    fn into_asked(self) -> Call {
        Call { admission: self.admission, client: self.client, ..self.question.into_asked() }
    }
}

impl<R: Reading<Object = TodoListObject>> Reading for LetIn<R> {
    type Object = TodoListObject;
    type Of = R::Of;

    fn into_asked(self) -> Call {
        Call { admission: self.admission, client: self.client, ..self.question.into_asked() }
    }
}

impl<O: Opening<Object = TodoListObject>> Opening for LetIn<O> {
    type Object = TodoListObject;
    type Frame = O::Frame;

    fn into_asked(self) -> Call {
        Call { admission: self.admission, client: self.client, ..self.question.into_asked() }
    }
}

/// A refusal of the object.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ListRefusal {
    /// By the rules of the list.
    Rules(Box<Refusal>),
    /// The caller's grant or session has ended.
    AccessEnded,
    /// To an operator: nothing is stored for that user.
    NoList,
    /// To an operator: KV does not have all changes.
    CopyBehind,
    /// To an operator: KV is being read for another purpose.
    KvIsRead,
}

/// The whole list as JSON, `{"todos":[…]}`: open before completed, oldest first. Its version is the list's.
pub(crate) enum WholeList {}

worker_kit::questions! {
    /// The questions to the object. While it does not have its list it answers 503 to those that need it.
    pub(super) enum Asked;

    TodoListObject {
        ReadAll reads WholeList,
        GetPage -> Page,
        GetTodo -> Todo,
        FindExisting -> Vec<TodoId>,
        GetProvenance -> Provenance,
        GetHistory -> HistoryPage,
        GetReview -> Review,
        Apply -> ListDelta,
        ApplyThenReadAll reads WholeList,
        Undo -> ListDelta,
        UndoThenReadAll reads WholeList,
        Watch opens ListDelta,
        EndAccess -> (),
        Oversee reads ListState,
        SubscribeToFeed -> (),
        UnsubscribeFromFeed -> (),
        ListenToFeed opens Vec<ResourceChange>,
    }
}

/// A search looks at every todo: 10,000 take a tenth of a second.
const SEARCH_WEIGHT: usize = 16;

impl Asked {
    /// How long it takes, in units of what looks at a few todos.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::GetPage(GetPage { filter: Filter { contains: Some(_), .. }, .. }) => SEARCH_WEIGHT,
            _ => 1,
        }
    }

    /// Whether it needs the list.
    pub(super) fn needs_list(&self) -> bool {
        !matches!(
            self,
            Self::EndAccess(_)
                | Self::Oversee(_)
                | Self::SubscribeToFeed(_)
                | Self::UnsubscribeFromFeed(_)
                | Self::ListenToFeed(_)
        )
    }
}

/// The whole list, unless the caller has this version of it.
#[derive(Serialize, Deserialize)]
pub(super) struct ReadAll {
    pub(super) known: Option<u64>,
}

/// Up to `limit` todos after a position, of those that a filter wants.
#[derive(Serialize, Deserialize)]
pub(super) struct GetPage {
    pub(super) filter: Filter,
    pub(super) position: Option<Position>,
    pub(super) limit: usize,
}

#[derive(Serialize, Deserialize)]
pub(super) struct GetTodo {
    pub(super) id: TodoId,
}

/// Which of these are todos of the list?
#[derive(Serialize, Deserialize)]
pub(super) struct FindExisting {
    pub(super) ids: Vec<TodoId>,
}

/// Who added a todo, and who changed it last?
#[derive(Serialize, Deserialize)]
pub(super) struct GetProvenance {
    pub(super) id: TodoId,
}

/// Up to `limit` changes before that number, or the newest.
#[derive(Serialize, Deserialize)]
pub(super) struct GetHistory {
    pub(super) before: Option<u64>,
    pub(super) limit: u64,
}

/// The newest `changes` and the first `todos` open todos.
#[derive(Serialize, Deserialize)]
pub(super) struct GetReview {
    pub(super) changes: u64,
    pub(super) todos: usize,
}

/// What was done, and what is still open.
#[derive(Serialize, Deserialize)]
pub(crate) struct Review {
    pub(crate) done: HistoryPage,
    pub(crate) open: Page,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Apply(pub(super) Box<CommandRequest>);

/// As [`Apply`]; answered with the list after it: one call for REST, which answers changes with the whole list.
#[derive(Serialize, Deserialize)]
pub(super) struct ApplyThenReadAll(pub(super) Box<CommandRequest>);

#[derive(Serialize, Deserialize)]
pub(super) struct Undo(pub(super) UndoRequest);

/// As [`Undo`]; answered with the list after it.
#[derive(Serialize, Deserialize)]
pub(super) struct UndoThenReadAll(pub(super) UndoRequest);

/// Opens a WebSocket of changes for a page, beginning with those after version `since`.
#[derive(Serialize, Deserialize)]
pub(super) struct Watch {
    pub(super) since: u64,
    /// The login session that it is opened with, and ends with.
    pub(super) session_id: String,
}

/// Refuses these grants and sessions from now on, and closes the live sockets of these sessions.
#[derive(Serialize, Deserialize)]
pub(super) struct EndAccess {
    pub(super) ended: Vec<Access>,
}

/// How is the list? Where an operator wants it restored, that begins before.
#[derive(Serialize, Deserialize)]
pub(super) struct Oversee(pub(super) Option<Restore>);

/// Subscribes an agent's session to changes.
#[derive(Serialize, Deserialize)]
pub(super) struct SubscribeToFeed(pub(super) Subscriber);

/// Unsubscribes a session that has ended.
#[derive(Serialize, Deserialize)]
pub(super) struct UnsubscribeFromFeed {
    pub(super) session: String,
}

/// Opens a WebSocket of changes for an agent.
#[derive(Serialize, Deserialize)]
pub(super) struct ListenToFeed(pub(super) Holder);

/// A command, with its actor and its conditions.
#[derive(Serialize, Deserialize)]
pub(crate) struct CommandRequest {
    pub(crate) command: Command,
    pub(crate) by: Actor,
    /// A command under a key that was used before is not carried out once more: it gets the first one's outcome.
    #[serde(default, deserialize_with = "stored::option")]
    pub(crate) key: Option<IdempotencyKey>,
    /// The versions of the todo at which the command may be carried out; none: at any.
    pub(crate) if_version: Option<Vec<u64>>,
    /// The agreement of the person, if they were asked.
    pub(crate) agreement: Option<Agreement>,
}

/// A person's agreement to a command, for the list that they were shown, and for one execution. A command that comes again with its
/// agreement is not carried out again; it gets the first answer.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Agreement {
    /// A name of its own, of letters, digits and `-`.
    pub(crate) id: String,
    /// The version of the list that was shown; at any other the command is refused.
    pub(crate) version: u64,
}

impl CommandRequest {
    pub(crate) fn new(command: Command, by: Actor) -> Self {
        Self { command, by, key: None, if_version: None, agreement: None }
    }
}

/// An undo of the change with that number, with its actor and idempotency key.
#[derive(Serialize, Deserialize)]
pub(crate) struct UndoRequest {
    pub(crate) number: u64,
    pub(crate) by: Actor,
    #[serde(default, deserialize_with = "stored::option")]
    pub(crate) key: Option<IdempotencyKey>,
}

/// A part of the history, newest first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(description = "Changes of the list, newest first.")]
pub(crate) struct HistoryPage {
    pub(crate) changes: Vec<HistoryEntry>,
    /// Pass it as `before` for older changes; absent at the end of the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    pub(crate) next: Option<u64>,
}
