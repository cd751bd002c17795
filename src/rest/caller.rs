//! Authentication and permissions of `/api`. Refusals of the checks are rendered as problems here, and nowhere else.

use identity_workers::{
    Caller, CheckError, authenticate, authenticate::SessionRefusal, deployment::Deployment,
};
use worker_kit::http::{Failure, Problem, Request};

use crate::{
    permissions::{NotPermitted, Permission, require},
    todo_list::TodoListClient,
};

/// The signed-in user, if they may do this.
///
/// # Errors
/// 401 without a good session, 403 for what another site's page asked for and for what the user may not do.
pub(super) async fn permitted(
    request: &Request,
    deployment: &Deployment,
    permission: Permission,
) -> Result<Caller, Failure> {
    permitted_on_page_of(None, request, deployment, permission).await
}

/// The same for a page that says in the address whose it is, as a browser's WebSocket has to.
///
/// # Errors
/// As [`permitted`], and 401 for another account's page.
pub(super) async fn permitted_on_page_of(
    account: Option<&str>,
    request: &Request,
    deployment: &Deployment,
    permission: Permission,
) -> Result<Caller, Failure> {
    let caller = signed_in(account, request, deployment).await.map_err(|error| error.render(request))?;
    require(&caller, deployment, permission)
        .map_err(|NotPermitted| Problem::new(403, "not_permitted", "Your account does not permit this."))?;
    Ok(caller)
}

async fn signed_in(
    account: Option<&str>,
    request: &Request,
    deployment: &Deployment,
) -> Result<Caller, CheckError<SessionRefusal>> {
    let caller = authenticate::session_cookie(request, deployment).await?;
    authenticate::require_account(account, &caller.user_id)?;
    Ok(caller)
}

/// The client of a caller's list, with their session as admission.
pub(super) fn list_of(caller: &Caller, deployment: &Deployment) -> TodoListClient {
    TodoListClient::of(&deployment.env, &caller.user_id, caller.client.id(), caller.session())
}

/// The answer to a request whose session ended before its JWT expired.
pub(super) fn session_ended() -> Problem {
    Problem::new(401, "no_session", "The session has ended. Log in again.")
}
