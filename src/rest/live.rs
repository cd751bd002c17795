//! `GET /api/todos/live`: a WebSocket that sends a page every change.
//!
//! `?since=` names the version of the list that the page has (the entity tag of `GET /api/todos`); the changes since then
//! come first. `?account=` names the page's account (as `X-Account-Digest` elsewhere). Each message is one
//! [`ListDelta`](todo::ListDelta) in JSON.
//! The page may send `ping` and is answered `pong`.

use identity_workers::{CallingClient, deployment::Deployment};
use worker_kit::http::{Failure, Problem, Request, Response, is_same_origin};

use super::caller::{list_of, permitted_on_page_of};
use crate::permissions::Permission;

pub(super) async fn get(request: &Request, deployment: &Deployment) -> Result<Response, Failure> {
    let is_upgrade =
        request.header("upgrade").is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket"));
    if !is_upgrade {
        let problem = Problem::new(426, "websocket_only", "This address speaks WebSocket.");
        return Err(problem.header("upgrade", "websocket").into());
    }
    // A browser lets any page open a WebSocket to anywhere, cookies included, and asks nobody: it is for us to refuse.
    if !is_same_origin(request) {
        return Err(
            Problem::new(403, "cross_site", "This can only be opened from the app's own page.").into()
        );
    }
    let account = request.query("account");
    let caller = permitted_on_page_of(account.as_deref(), request, deployment, Permission::ReadTodos).await?;
    let since = request.query("since").and_then(|since| since.parse().ok()).unwrap_or_default();
    let CallingClient::Browser { session_id, .. } = &caller.client else {
        return Err(Problem::not_found().into());
    };
    Ok(list_of(&caller, deployment).watch(since, session_id).await?)
}
