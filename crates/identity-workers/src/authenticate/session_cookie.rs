//! The check of the page: a session JWT in the cookie that Stytch's SDK keeps.
//!
//! A browser sends cookies wherever a page tells it to, so a request that changes something must also come from our own
//! page (`Sec-Fetch-Site`, `Origin`). Programs that are no browser send neither header and carry no one's cookies by
//! accident.
//!
//! Other pages can plant cookies here as well ([`worker_kit::http::cookies::Cookie`]), and the right one may become another account's while
//! a page is open. So the page says on each call whose it is, and a cookie of somebody else opens nothing for it.

use std::rc::Rc;

use oauth::{
    Digest, UserId,
    jwt::{SessionClaims, verify_session},
};
use worker::Method;
use worker_kit::http::{Cookie, Failure, Problem, Request, is_same_origin};

use crate::{
    caller::{Caller, CallingClient, Entitlement},
    deployment::Deployment,
    token::{TokenError, issuer::policy, verified_tokens::VerifiedTokens},
};

/// The name that Stytch's SDK gives it.
const COOKIE: &str = "stytch_session_jwt";

/// Where the page says whose it is. A WebSocket of a browser has no headers of its own: there it is the parameter `account`.
const ACCOUNT_HEADER: &str = "x-account-digest";

thread_local! {
    static SESSIONS: Rc<VerifiedTokens<SessionClaims>> = Rc::default();
}

/// Lets the user of a session in.
///
/// # Errors
/// 403 for a change that another site's page asked for, 401 without a live session, with several, or with one of another
/// account than the page's.
pub async fn session_cookie(request: &Request, deployment: &Deployment) -> Result<Caller, Failure> {
    let is_safe = matches!(request.method, Method::Get | Method::Head | Method::Options);
    if !is_safe && !is_same_origin(request) {
        return Err(
            Problem::new(403, "cross_site", "This can only be asked for from the app's own page.").into()
        );
    }
    let no_session = || Problem::new(401, "no_session", "Log in first.");
    let jwt = match request.cookie(COOKIE) {
        Cookie::One(jwt) => jwt,
        Cookie::None => return Err(no_session().into()),
        Cookie::Several => return Err(several_sessions(request).into()),
    };
    let claims = SESSIONS
        .with(Rc::clone)
        .verify(&jwt, request, deployment, policy, verify_session, |claims| claims.expires_at)
        .await
        .map_err(|error| match error {
            TokenError::Refused(refusal) => Problem::new(401, "no_session", refusal.description()).into(),
            TokenError::Failed(failure) => failure,
        })?;
    require_account(request.header(ACCOUNT_HEADER).as_deref(), &claims.user_id)?;
    let client = CallingClient::Browser { session_id: claims.session_id };
    Ok(Caller { user_id: claims.user_id, client, entitlement: Entitlement::Roles(claims.roles) })
}

/// Some of them were planted. They are taken away, so that the next try finds the right one.
fn several_sessions(request: &Request) -> Problem {
    let problem = Problem::new(401, "several_sessions", "This browser holds two sessions here. Try again.");
    request
        .expire_planted(COOKIE)
        .into_iter()
        .fold(problem, |problem, cookie| problem.header("set-cookie", cookie))
}

/// The page's account, if it says whose page it is: SHA-256 of the user id, in base64url. Who does not say is served all the
/// same.
///
/// # Errors
/// 401 when that is not whose session it is.
pub fn require_account(said: Option<&str>, user_id: &UserId) -> Result<(), Problem> {
    if said.is_none_or(|said| said == Digest::of(user_id.as_str().as_bytes()).to_string()) {
        return Ok(());
    }
    Err(Problem::new(
        401,
        "another_account",
        "This page is another account's than the session. Load it again.",
    ))
}
