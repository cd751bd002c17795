//! The object that owns one user's todos: how to reach it, and what may be asked of it.
//!
//! One `TodoList` object per user is the only writer of that user's keys in Workers KV, so that concurrent callers
//! cannot lose each other's changes. `docs/STORAGE.md` tells what it keeps and why nothing acknowledged is ever lost.

mod creations;
mod journal;
mod kv;
mod todo_list_do;

use std::time::Duration;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use todo::{Change, Command, IdempotencyKey, Page, Position, Refusal, Show, Todo, TodoId};
use worker::{Env, Stub};

use crate::{
    http::{Failure, Problem},
    identity::UserId,
    object,
};

/// The binding in `wrangler.toml`.
const BINDING: &str = "TODO_LIST";

/// How long a caller waits: loading 10,000 todos from KV takes a second or two, anything beyond is trouble.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// What the object is asked. Its answers: 200 with JSON, [`REFUSED`] with a [`Refusal`], 503 when KV does not load.
#[derive(Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum Ask {
    /// Answered with `{"todos":[…]}`, open before completed, oldest first.
    All,
    /// Answered with a [`Page`].
    Page { show: Show, position: Option<Position>, limit: usize },
    /// Answered with the todo.
    One { id: TodoId },
    /// Answered with what changed and how the list stands: [`Applied`].
    Apply { command: Command, key: Option<IdempotencyKey> },
    /// As `Apply`, answered as `All`: one call for REST, which answers every change with the whole list.
    ApplyThenAll { command: Command, key: Option<IdempotencyKey> },
}

const REFUSED: u16 = 409;

/// A change, and how the list stands after it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Applied {
    pub(crate) change: Change,
    pub(crate) open: usize,
    pub(crate) completed: usize,
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

    /// The list as the JSON that REST clients get, not parsed on the way.
    pub(crate) async fn all_as_json(&self) -> Result<Vec<u8>, TodoListError> {
        self.ask_bytes(&Ask::All).await
    }

    pub(crate) async fn page(
        &self,
        show: Show,
        position: Option<Position>,
        limit: usize,
    ) -> Result<Page, TodoListError> {
        self.ask(&Ask::Page { show, position, limit }).await
    }

    pub(crate) async fn one(&self, id: TodoId) -> Result<Todo, TodoListError> {
        self.ask(&Ask::One { id }).await
    }

    /// Applies a command. A creation under a key that was used before is not repeated; other commands need no key.
    pub(crate) async fn apply(
        &self,
        command: Command,
        key: Option<IdempotencyKey>,
    ) -> Result<Applied, TodoListError> {
        self.ask(&Ask::Apply { command, key }).await
    }

    /// As [`apply`](Self::apply); the list after it as the JSON that REST clients get.
    pub(crate) async fn apply_then_all_as_json(
        &self,
        command: Command,
        key: Option<IdempotencyKey>,
    ) -> Result<Vec<u8>, TodoListError> {
        self.ask_bytes(&Ask::ApplyThenAll { command, key }).await
    }

    async fn ask<T: DeserializeOwned>(&self, ask: &Ask) -> Result<T, TodoListError> {
        Ok(serde_json::from_slice(&self.ask_bytes(ask).await?)?)
    }

    async fn ask_bytes(&self, ask: &Ask) -> Result<Vec<u8>, TodoListError> {
        match object::ask_bytes(&self.stub, TIME_LIMIT, ask).await? {
            (200, body) => Ok(body),
            (REFUSED, body) => Err(TodoListError::Refused(serde_json::from_slice(&body)?)),
            (503, _) => {
                Err(Failure::from(Problem::unavailable("The list could not be loaded. Try again.")).into())
            }
            (status, _) => Err(Failure::Fault(format!("the list object answered {status}")).into()),
        }
    }
}
