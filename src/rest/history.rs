//! `/api/history`: the changes of the signed-in user's list, and undo.
//!
//! | method | path | 200 answer |
//! |---|---|---|
//! | GET | `/api/history?before=&limit=` | `{"changes":[…],"next"?}`, newest first; 50, or `limit`, at most 100 |
//! | POST | `/api/history/{number}/undo` | the list, or with `Prefer: return=minimal` what changed |
//!
//! Errors: 400, 401, 404, 405, 409 (a newer change prevents the undo) and 422 (the list is too full for the restored todos).

use identity_workers::deployment::Deployment;
use todo::Actor;
use worker::Method;
use worker_kit::http::{self, Failure, Problem, Request, Response};

use super::{
    caller::{list_of, permitted},
    preferences::{self, Reply},
};
use crate::{permissions::Permission, todo_list::UndoRequest};

pub(super) const DEFAULT_PAGE: u64 = 50;

pub(super) const MAX_PAGE: u64 = 100;

/// The largest number that every reader of JSON keeps exactly (RFC 8259 section 6).
pub(super) const MAX_NUMBER: u64 = (1 << 53) - 1;

pub(super) async fn route(request: Request, deployment: &Deployment) -> Result<Response, Failure> {
    match (&request.method, request.segments().as_slice()) {
        (Method::Get | Method::Head, ["api", "history"]) => page(&request, deployment).await,
        (_, ["api", "history"]) => Err(Problem::method_not_allowed("GET, HEAD").into()),
        (Method::Post, ["api", "history", number, "undo"]) => undo(&request, number, deployment).await,
        (_, ["api", "history", _, "undo"]) => Err(Problem::method_not_allowed("POST").into()),
        _ => Err(Problem::not_found().into()),
    }
}

async fn page(request: &Request, deployment: &Deployment) -> Result<Response, Failure> {
    let caller = permitted(request, deployment, Permission::ReadTodos).await?;
    let before = number(request, "before", 1..=MAX_NUMBER)?;
    let limit = number(request, "limit", 1..=MAX_PAGE)?.unwrap_or(DEFAULT_PAGE);
    let history = list_of(&caller, deployment).history(before, limit).await?;
    Ok(http::json(&history)?)
}

async fn undo(request: &Request, number: &str, deployment: &Deployment) -> Result<Response, Failure> {
    let caller = permitted(request, deployment, Permission::WriteTodos).await?;
    let number = number
        .parse()
        .map_err(|_| Problem::new(404, "unknown_change", "Changes are numbered; that is no number."))?;
    let key = preferences::idempotency_key(request)?;
    let list = list_of(&caller, deployment);
    let undo = UndoRequest { number, by: Actor::Browser, key };
    match preferences::reply(request) {
        Reply::Delta => preferences::minimal(&list.undo(undo).await?),
        Reply::All => Ok(preferences::list(list.undo_then_all(undo).await?)),
    }
}

/// A number of the query, if it is there.
fn number(
    request: &Request,
    name: &'static str,
    allowed: std::ops::RangeInclusive<u64>,
) -> Result<Option<u64>, Failure> {
    let Some(sent) = request.query(name) else { return Ok(None) };
    match sent.parse() {
        Ok(number) if allowed.contains(&number) => Ok(Some(number)),
        _ => Err(Problem::new(
            400,
            "bad_parameter",
            format!("`{name}` must be a number from {} to {}.", allowed.start(), allowed.end()),
        )
        .into()),
    }
}
