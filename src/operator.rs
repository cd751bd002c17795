//! `/operator`: what whoever operates the deployment can ask it to do, with the secret `OPERATOR_TOKEN` as a bearer token.
//!
//! | method | path | body | answer |
//! |---|---|---|---|
//! | GET | `/operator/lists/{user_id}` | | 200 and the state of a list ([`ListState`](crate::todo_list::for_operators::ListState)) |
//! | POST | `/operator/lists/{user_id}/restore` | `{"from":"kv","evenIfBehind"?}` or `{"to":"kv"}` | 202 and the state; the rest goes on by itself |
//!
//! Without that secret nothing is here: 404. When to ask for what: `docs/OPERATING.md`.
//!
//! Errors: 400, 401, 404 (also where nothing is stored for that user), 405, 409 (KV is behind, or is being read for something else), 413,
//! 415, 503, all `application/problem+json`.

use identity_workers::deployment::Deployment;
use oauth::{Digest, UserId, bearer};
use serde::Deserialize;
use worker::Method;
use worker_kit::{
    http::{self, Body, Failure, Problem, Request, Response, json_body},
    object::Unanswered,
};

use crate::todo_list::{ListRefusal, Restore, TodoListError, oversee};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wish {
    from: Option<String>,
    to: Option<String>,
    #[serde(default)]
    even_if_behind: bool,
}

pub(crate) async fn route(request: Request, deployment: &Deployment) -> Result<Response, Failure> {
    let Some(token) = &deployment.config.operator_token else { return Err(Problem::not_found().into()) };
    authenticate(&request, token)?;
    let (user, restore) = match (&request.method, request.segments().as_slice()) {
        (Method::Get | Method::Head, ["operator", "lists", user]) => (user_id(user)?, None),
        (_, ["operator", "lists", _]) => return Err(Problem::method_not_allowed("GET, HEAD").into()),
        (Method::Post, ["operator", "lists", user, "restore"]) => {
            let user = user_id(user)?;
            (user, Some(json_body(&request).await?.read::<Wish>()?.read()?))
        }
        (_, ["operator", "lists", _, "restore"]) => return Err(Problem::method_not_allowed("POST").into()),
        _ => return Err(Problem::not_found().into()),
    };
    let status = if restore.is_some() { 202 } else { 200 };
    let state = oversee(&deployment.env, &user, restore).await.map_err(failure)?;
    let body = state.into_body().unwrap_or(Body::Empty);
    Ok(http::json_answer(body).with_status(status))
}

/// Digests are compared in constant time.
fn authenticate(request: &Request, token: &Digest) -> Result<(), Problem> {
    let authorization = request.header("authorization");
    let sent = bearer::token_of(authorization.as_deref());
    if sent.is_some_and(|sent| Digest::of(sent.as_bytes()) == *token) {
        return Ok(());
    }
    let challenge = if sent.is_some() { r#"Bearer error="invalid_token""# } else { "Bearer" };
    let problem =
        Problem::new(401, "not_the_operator", "Send the operator's token in the Authorization header.");
    Err(problem.header("www-authenticate", challenge))
}

impl Wish {
    fn read(&self) -> Result<Restore, Problem> {
        match (self.from.as_deref(), self.to.as_deref(), self.even_if_behind) {
            (Some("kv"), None, false) => Ok(Restore::FromKv),
            (Some("kv"), None, true) => Ok(Restore::FromKvEvenIfBehind),
            (None, Some("kv"), false) => Ok(Restore::ToKv),
            _ => Err(Problem::new(400, "bad_json", r#"Ask for {"from":"kv"} or {"to":"kv"}."#)),
        }
    }
}

fn user_id(text: &str) -> Result<UserId, Problem> {
    text.parse().map_err(|_| unknown())
}

fn unknown() -> Problem {
    Problem::new(404, "unknown_list", "Nothing is stored for that user id.")
}

fn failure(unanswered: Unanswered<ListRefusal>) -> Failure {
    let problem = match unanswered {
        Unanswered::Refused(ListRefusal::NoList) => unknown(),
        Unanswered::Refused(ListRefusal::CopyBehind) => {
            let detail = "KV does not have all changes of this list. Wait until it has, or say evenIfBehind.";
            Problem::new(409, "copy_behind", detail)
        }
        Unanswered::Refused(ListRefusal::KvIsRead) => {
            let detail = "KV is being read for another purpose. Wait until that is done.";
            Problem::new(409, "reading_kv", detail)
        }
        other => return TodoListError::from(other).into(),
    };
    problem.into()
}
