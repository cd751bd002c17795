//! The object that owns one user's todos: how to reach it, and what may be asked of it.
//!
//! One `TodoList` object per user is the only writer of that user's keys in Workers KV, so that concurrent callers
//! cannot lose each other's changes. Its SQLite has the list, KV a copy of it. `docs/STORAGE.md` tells what it keeps and why nothing
//! acknowledged is ever lost.

pub(crate) mod addresses;
mod agreements;
mod answers;
mod creations;
mod history;
mod kv_reading;
mod live;
mod live_sockets;
pub(crate) mod notify_agents;
mod provenance;
mod rules_store;
mod schema;
mod todo_list_do;
mod todos;
mod whole_list;

use std::time::Duration;

use identity_workers::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use todo::{
    Actor, Command, Filter, HistoryEntry, IdempotencyKey, ListDelta, Page, Position, Refusal, Todo, TodoId,
    stored,
};
use worker::{Date, Env, Method, Response, ResponseBody, Stub};
use worker_kit::{
    http::Failure,
    object::{self, untyped},
};

pub(crate) use provenance::Provenance;

/// The binding in `wrangler.toml`.
const BINDING: &str = "TODO_LIST";

/// How long a caller waits: a list that is read from KV for the first time takes a second or two, anything beyond is trouble.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// What the object is asked. Its answers: 200 with JSON, [`REFUSED`] with a [`Refusal`], 503 while it does not have its list.
#[derive(Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum Query {
    /// Answered with `{"todos":[…]}`, open before completed, oldest first; with 304 at the version that the caller has.
    All { known: Option<u64> },
    /// Answered with a [`Page`].
    Page { filter: Filter, position: Option<Position>, limit: usize },
    /// Answered with the todo.
    One { id: TodoId },
    /// Answered with those of the ids that are todos of this list.
    Existing { ids: Vec<TodoId> },
    /// Answered as `reply` says.
    Apply { request: Box<CommandRequest>, reply: Reply },
    /// Answered with the [`Provenance`] of a todo.
    Provenance { id: TodoId },
    /// Takes a change back. Answered as `reply` says.
    Undo {
        number: u64,
        by: Actor,
        #[serde(default, deserialize_with = "stored::option")]
        key: Option<IdempotencyKey>,
        reply: Reply,
    },
    /// Answered with a [`HistoryPage`]: the changes before that number, or the newest.
    History { before: Option<u64>, limit: u64 },
}

/// A command, with who gives it and under which conditions.
#[derive(Serialize, Deserialize)]
pub(crate) struct CommandRequest {
    pub(crate) command: Command,
    pub(crate) by: Actor,
    /// A command under a key that was used before is not carried out once more: it gets the first one's outcome.
    #[serde(default, deserialize_with = "stored::option")]
    pub(crate) key: Option<IdempotencyKey>,
    /// The versions of the todo at which the command may be carried out; none: at any.
    pub(crate) if_version: Option<Vec<u64>>,
    /// What a person agreed to who was asked; none: nobody was.
    pub(crate) agreement: Option<Agreement>,
}

/// That a person agreed to a command: to what they were shown, and once. A command that comes again with its agreement is not
/// carried out again but answered as it was the first time.
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

/// What the caller wants to hear after a change.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    /// What changed, as [`ListDelta`].
    Delta,
    /// As [`Query::All`]: one call for REST, which answers changes with the whole list.
    All,
}

const REFUSED: u16 = 409;

/// Where browsers ask for a WebSocket: `?since=` the version that they have, `&session=` the id of their login session. DELETE
/// closes those of a session.
const LIVE_PATH: &str = "/live";

fn live_path(parameters: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{LIVE_PATH}?{query}")
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

/// The list as the JSON that REST clients get, not parsed on the way.
pub(crate) struct ListJson {
    /// The entity tag of this state of the list.
    pub(crate) etag: String,
    /// The list as it comes; none: it is what the caller has already.
    pub(crate) json: Option<ResponseBody>,
}

/// Why the object gave no answer.
pub(crate) enum TodoListError {
    Refused(Refusal),
    Failed(Failure),
}

impl From<Failure> for TodoListError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<worker::Error> for TodoListError {
    fn from(error: worker::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<serde_json::Error> for TodoListError {
    fn from(error: serde_json::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// One user's list, as callers see it.
pub(crate) struct TodoListClient {
    stub: Stub,
}

impl TodoListClient {
    pub(crate) fn of(env: &Env, user: &UserId) -> worker::Result<Self> {
        Ok(Self { stub: env.durable_object(BINDING)?.get_by_name(user.as_str())? })
    }

    /// The whole list, unless the caller has this version of it.
    pub(crate) async fn all_as_json(&self, known: Option<u64>) -> Result<ListJson, TodoListError> {
        self.ask_list(&Query::All { known }).await
    }

    pub(crate) async fn page(
        &self,
        filter: Filter,
        position: Option<Position>,
        limit: usize,
    ) -> Result<Page, TodoListError> {
        self.ask(&Query::Page { filter, position, limit }).await
    }

    pub(crate) async fn one(&self, id: TodoId) -> Result<Todo, TodoListError> {
        self.ask(&Query::One { id }).await
    }

    /// Those of the ids that are todos of this list.
    pub(crate) async fn existing(&self, ids: Vec<TodoId>) -> Result<Vec<TodoId>, TodoListError> {
        self.ask(&Query::Existing { ids }).await
    }

    /// Applies a command and tells what changed.
    pub(crate) async fn apply(&self, request: CommandRequest) -> Result<ListDelta, TodoListError> {
        self.ask(&Query::Apply { request: Box::new(request), reply: Reply::Delta }).await
    }

    /// As [`apply`](Self::apply); gives the list after it.
    pub(crate) async fn apply_then_all(&self, request: CommandRequest) -> Result<ListJson, TodoListError> {
        self.ask_list(&Query::Apply { request: Box::new(request), reply: Reply::All }).await
    }

    /// Takes a change back and tells what changed.
    pub(crate) async fn undo(
        &self,
        number: u64,
        by: Actor,
        key: Option<IdempotencyKey>,
    ) -> Result<ListDelta, TodoListError> {
        self.ask(&Query::Undo { number, by, key, reply: Reply::Delta }).await
    }

    /// As [`undo`](Self::undo); gives the list after it.
    pub(crate) async fn undo_then_all(
        &self,
        number: u64,
        by: Actor,
        key: Option<IdempotencyKey>,
    ) -> Result<ListJson, TodoListError> {
        self.ask_list(&Query::Undo { number, by, key, reply: Reply::All }).await
    }

    /// Who added a todo, and who changed it last.
    pub(crate) async fn provenance(&self, id: TodoId) -> Result<Provenance, TodoListError> {
        self.ask(&Query::Provenance { id }).await
    }

    /// Up to `limit` changes before that number, or the newest ones; newest first.
    pub(crate) async fn history(
        &self,
        before: Option<u64>,
        limit: u64,
    ) -> Result<HistoryPage, TodoListError> {
        self.ask(&Query::History { before, limit }).await
    }

    /// A WebSocket that carries [`ListDelta`], beginning with what a reader of version `since` has missed. It ends with the session.
    pub(crate) async fn watch(&self, since: u64, session_id: &str) -> Result<Response, TodoListError> {
        let path = live_path(&[("since", &since.to_string()), ("session", session_id)]);
        let response = untyped::upgrade(&self.stub, TIME_LIMIT, &path).await?;
        match response.status_code() {
            101 => Ok(response),
            status => Err(unexpected(status)),
        }
    }

    /// Closes the web sockets that were opened with a session.
    pub(crate) async fn end_live(&self, session_id: &str) -> Result<(), Failure> {
        let path = live_path(&[("session", session_id)]);
        let request = worker::Request::new(&format!("http://object{path}"), Method::Delete)?;
        object::within(TIME_LIMIT, self.stub.fetch_with_request(request)).await?;
        Ok(())
    }

    async fn ask<T: DeserializeOwned>(&self, ask: &Query) -> Result<T, TodoListError> {
        match untyped::ask_bytes(&self.stub, TIME_LIMIT, ask).await? {
            (200, body) => Ok(serde_json::from_slice(&body)?),
            (REFUSED, body) => Err(TodoListError::Refused(serde_json::from_slice(&body)?)),
            (status, _) => Err(unexpected(status)),
        }
    }

    async fn ask_list(&self, ask: &Query) -> Result<ListJson, TodoListError> {
        let mut response = untyped::ask_response(&self.stub, TIME_LIMIT, ask).await?;
        let status = response.status_code();
        if status == REFUSED {
            let refusal = object::within(TIME_LIMIT, response.bytes()).await?;
            return Err(TodoListError::Refused(serde_json::from_slice(&refusal)?));
        }
        if !matches!(status, 200 | 304) {
            return Err(unexpected(status));
        }
        let etag = response.headers().get("etag")?;
        let etag = etag.ok_or_else(|| Failure::Fault("the list came without its version".to_owned()))?;
        // A long list is not held here, only passed on.
        Ok(ListJson { etag, json: (status == 200).then(|| response.body().clone()) })
    }
}

fn unexpected(status: u16) -> TodoListError {
    Failure::Fault(format!("the list object answered {status}")).into()
}

fn now_ms() -> u64 {
    Date::now().as_millis()
}
