//! `/api/todos`: the signed-in user's list.
//!
//! | method | path | body | 200 answer |
//! |---|---|---|---|
//! | GET | `/api/todos` | | `{"todos":[…]}` |
//! | POST | `/api/todos` | `{"todoText"}` | the list |
//! | GET | `/api/todos/{id}` | | the todo |
//! | DELETE | `/api/todos/{id}` | | the list |
//! | POST | `/api/todos/{id}/complete` | | the list |
//!
//! With an `Idempotency-Key` header a POST that is sent again within a day, after a lost answer, adds nothing twice.
//!
//! Errors: 400, 401, 403 (a role that does not permit it), 404, 405, 413, 415 and 422 (a refused text or a full list), all `application/problem+json`.

use serde::Deserialize;
use todo::{Command, IdempotencyKey, Refusal, TodoId, TodoText};
use worker::{Method, Response};

use crate::{
    http::{self, Failure, Problem, Request, json_body},
    identity,
    permissions::Permission,
    router::App,
    todo_list::{TodoListClient, TodoListError},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewTodo {
    /// The text as typed; it is trimmed. 1 to 1,000 characters.
    todo_text: String,
}

/// What a path is about.
enum Target {
    List,
    One(String),
    Completion(String),
}

pub(super) async fn route(mut request: Request, app: &App) -> Result<Response, Failure> {
    let method = request.method.clone();
    // What the path means is settled before who asks, so that a wrong address is never taken for a lost session.
    let target = match request.segments().as_slice() {
        ["api", "todos"] => Target::List,
        ["api", "todos", id] => Target::One((*id).to_owned()),
        ["api", "todos", id, "complete"] => Target::Completion((*id).to_owned()),
        _ => return Err(Problem::not_found().into()),
    };
    match (&target, &method) {
        (Target::List, Method::Get | Method::Head | Method::Post)
        | (Target::One(_), Method::Get | Method::Head | Method::Delete)
        | (Target::Completion(_), Method::Post) => {}
        (Target::List, _) => return Err(Problem::method_not_allowed("GET, HEAD, POST").into()),
        (Target::One(_), _) => return Err(Problem::method_not_allowed("GET, HEAD, DELETE").into()),
        (Target::Completion(_), _) => return Err(Problem::method_not_allowed("POST").into()),
    }

    let caller = identity::cookie_door(&request, app).await?;
    caller.require(match method {
        Method::Get | Method::Head => Permission::ReadTodos,
        _ => Permission::WriteTodos,
    })?;
    let list = TodoListClient::of(&app.env, &caller.user_id)?;
    let answer = match (target, method) {
        (Target::List, Method::Post) => {
            let NewTodo { todo_text } = json_body(&mut request).await?;
            let text = TodoText::parse(&todo_text).map_err(|refusal| refused(&refusal))?;
            let key = request
                .header("idempotency-key")
                .map(|sent| IdempotencyKey::parse(&sent))
                .transpose()
                .map_err(|refusal| refused(&refusal))?;
            list.apply_then_all_as_json(Command::Create { text }, key).await
        }
        (Target::List, _) => list.all_as_json().await,
        (Target::One(id), Method::Delete) => {
            list.apply_then_all_as_json(Command::Delete { id: todo_id(&id)? }, None).await
        }
        (Target::One(id), _) => return Ok(http::json(&list.one(todo_id(&id)?).await?)?),
        (Target::Completion(id), _) => {
            list.apply_then_all_as_json(Command::Complete { id: todo_id(&id)? }, None).await
        }
    };
    Ok(http::json_bytes(answer?)?)
}

fn todo_id(sent: &str) -> Result<TodoId, Failure> {
    TodoId::parse(sent).map_err(|refusal| refused(&refusal).into())
}

fn refused(refusal: &Refusal) -> Problem {
    let status = match refusal {
        Refusal::UnknownTodo { .. } => 404,
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
            TodoListError::Failed(failure) => failure,
        }
    }
}
