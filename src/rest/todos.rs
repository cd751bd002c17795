//! `/api/todos`: the signed-in user's list.
//!
//! | method | path | body | 200 answer |
//! |---|---|---|---|
//! | GET | `/api/todos` | | `{"todos":[…]}`, or 304 for `If-None-Match` |
//! | POST | `/api/todos` | `{"todoText","dueOn"?}` | the list |
//! | POST | `/api/todos/clear-completed` | | the list |
//! | GET | `/api/todos/{id}` | | the todo |
//! | GET | `/api/todos/{id}/provenance` | | who added it, and who changed it last ([`Provenance`](crate::todo_list::provenance::Provenance)) |
//! | PATCH | `/api/todos/{id}` | `{"text"?,"dueOn"?}`, `null` for no due date | the list |
//! | DELETE | `/api/todos/{id}` | | the list |
//! | POST | `/api/todos/{id}/complete` | | the list |
//! | POST | `/api/todos/{id}/reopen` | | the list |
//!
//! `Prefer: return=minimal` turns the answer to a change into what changed ([`todo::ListDelta`]). `If-Match` with a todo's entity
//! tag, which is its `version`, lets a change pass only if the todo is still that version. With an `Idempotency-Key` header
//! a command that is sent again within a day, after a lost answer, is not carried out again: it gets the first one's outcome.
//!
//! Errors: 400, 401, 403 (another site's page, a role that does not permit it), 404, 405, 412, 413, 415, 422 (a refused text or a full list)
//! and 429 (too many requests at once), all `application/problem+json`.

use identity_workers::deployment::Deployment;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use todo::{Actor, Command, DueDate, DueEdit, Refusal, Sent, TodoId, TodoText};
use worker::Method;
use worker_kit::http::{self, Failure, Problem, Request, Response, json_body};

use super::{
    caller::{list_of, permitted, session_ended},
    preferences::{self, Reply},
};
use crate::{
    permissions::Permission,
    todo_list::{CommandRequest, TodoListError},
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewTodo {
    /// The text as typed; it is trimmed.
    #[schemars(with = "Sent<TodoText>", extend("pattern" = TodoText::typed_pattern()))]
    todo_text: String,
    #[schemars(with = "Option<DueDate>")]
    due_on: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TodoPatch {
    #[schemars(with = "Option<Sent<TodoText>>", extend("pattern" = TodoText::typed_pattern()))]
    text: Option<String>,
    /// `null`: there is none any more.
    #[serde(default)]
    #[schemars(with = "Option<DueDate>")]
    due_on: DueOn,
}

/// A member that may be left out, `null`, or a date (RFC 7396).
#[derive(Default)]
enum DueOn {
    #[default]
    Absent,
    Null,
    Date(String),
}

impl<'de> Deserialize<'de> for DueOn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Date))
    }
}

/// What a path is about.
enum Target {
    List,
    Completed,
    One(String),
    Completion(String),
    Reopening(String),
    Provenance(String),
}

impl Target {
    fn of(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["api", "todos"] => Self::List,
            ["api", "todos", "clear-completed"] => Self::Completed,
            ["api", "todos", id] => Self::One((*id).to_owned()),
            ["api", "todos", id, "complete"] => Self::Completion((*id).to_owned()),
            ["api", "todos", id, "reopen"] => Self::Reopening((*id).to_owned()),
            ["api", "todos", id, "provenance"] => Self::Provenance((*id).to_owned()),
            _ => return None,
        })
    }

    /// The methods that it takes.
    fn methods(&self) -> &'static str {
        match self {
            Self::List => "GET, HEAD, POST",
            Self::One(_) => "GET, HEAD, PATCH, DELETE",
            Self::Provenance(_) => "GET, HEAD",
            Self::Completed | Self::Completion(_) | Self::Reopening(_) => "POST",
        }
    }
}

pub(super) async fn route(request: Request, deployment: &Deployment) -> Result<Response, Failure> {
    // What the path means is settled before who asks, so that a wrong address is never taken for a lost session.
    let target = Target::of(&request.segments()).ok_or_else(Problem::not_found)?;
    let method = request.method.clone();
    if !target.methods().split(", ").any(|allowed| allowed == method.as_ref()) {
        return Err(Problem::method_not_allowed(target.methods()).into());
    }

    let permission = match method {
        Method::Get | Method::Head => Permission::ReadTodos,
        _ => Permission::WriteTodos,
    };
    let caller = permitted(&request, deployment, permission).await?;
    let list = list_of(&caller, deployment);
    match (&target, &method) {
        (Target::List, Method::Get | Method::Head) => {
            Ok(preferences::list(list.all(preferences::if_none_match(&request)).await?))
        }
        (Target::One(id), Method::Get | Method::Head) => {
            let todo = list.one(todo_id(id)?).await?;
            Ok(http::json(&todo)?.with("etag", &format!("\"{}\"", todo.version)))
        }
        (Target::Provenance(id), _) => Ok(http::json(&list.provenance(todo_id(id)?).await?)?),
        _ => {
            let command = command_request(target, &request).await?;
            match preferences::reply(&request) {
                Reply::Delta => preferences::minimal(&list.apply(command).await?),
                Reply::All => Ok(preferences::list(list.apply_then_all(command).await?)),
            }
        }
    }
}

/// What a request wants done.
async fn command_request(target: Target, request: &Request) -> Result<CommandRequest, Failure> {
    let key = preferences::idempotency_key(request)?;
    let command = match target {
        Target::List => {
            let NewTodo { todo_text, due_on } = json_body(request).await?.read()?;
            let due_on = due_on.map(|sent| good(DueDate::parse(&sent))).transpose()?;
            Command::Create { text: good(TodoText::parse(&todo_text))?, due_on }
        }
        Target::Completed => Command::ClearCompleted,
        Target::One(id) if request.method == Method::Patch => {
            let TodoPatch { text, due_on } = json_body(request).await?.read()?;
            let due = match due_on {
                DueOn::Absent => DueEdit::Keep,
                DueOn::Null => DueEdit::Clear,
                DueOn::Date(sent) => DueEdit::On(good(DueDate::parse(&sent))?),
            };
            let text = text.map(|typed| good(TodoText::parse(&typed))).transpose()?;
            Command::Edit { id: todo_id(&id)?, text, due }
        }
        Target::One(id) | Target::Provenance(id) => Command::Delete { id: todo_id(&id)? },
        Target::Completion(id) => Command::Complete { id: todo_id(&id)? },
        Target::Reopening(id) => Command::Reopen { id: todo_id(&id)? },
    };
    let if_version = preferences::if_match(request)?;
    Ok(CommandRequest { key, if_version, ..CommandRequest::new(command, Actor::Browser) })
}

/// What was sent, if the rules let it pass.
fn good<T>(parsed: Result<T, Refusal>) -> Result<T, Failure> {
    parsed.map_err(|refusal| refused(&refusal).into())
}

fn todo_id(sent: &str) -> Result<TodoId, Failure> {
    good(TodoId::parse(sent))
}

fn refused(refusal: &Refusal) -> Problem {
    let status = match refusal {
        Refusal::UnknownTodo { .. } | Refusal::UnknownChange { .. } => 404,
        Refusal::ChangedSince { .. } => 409,
        Refusal::Outdated { .. } | Refusal::ListChanged { .. } => 412,
        Refusal::BadIdempotencyKey => 400,
        _ => 422,
    };
    let problem = Problem::new(status, refusal.code(), refusal.to_string());
    match refusal.limit() {
        Some(limit) => problem.with("limit", limit),
        None => problem,
    }
}

impl From<TodoListError> for Failure {
    fn from(error: TodoListError) -> Self {
        match error {
            TodoListError::Refused(refusal) => refused(&refusal).into(),
            TodoListError::AccessEnded => session_ended().into(),
            TodoListError::Failed(failure) => failure,
        }
    }
}
