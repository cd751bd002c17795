//! The page's door: a session JWT in the cookie that Stytch's SDK keeps.
//!
//! A browser sends cookies wherever a page tells it to, so a request that changes something must also come from our own
//! page (`Sec-Fetch-Site`, `Origin`). Programs that are no browser send neither header and carry no one's cookies by
//! accident.

use std::rc::Rc;

use oauth::jwt::{SessionClaims, verify_session};
use worker::Method;

use super::{
    Caller, Client,
    token::{Memory, TokenError},
};
use crate::{
    http::{Failure, Problem, Request},
    permissions::Permissions,
    router::App,
};

/// The name that Stytch's SDK gives it.
const COOKIE: &str = "stytch_session_jwt";

thread_local! {
    static SESSIONS: Rc<Memory<SessionClaims>> = Rc::default();
}

/// Lets the user of a session in.
///
/// # Errors
/// 403 for a change that another site's page asked for, 401 without a live session.
pub(crate) async fn cookie_door(request: &Request, app: &App) -> Result<Caller, Failure> {
    let is_safe = matches!(request.method, Method::Get | Method::Head | Method::Options);
    if !is_safe && !is_same_origin(request) {
        return Err(
            Problem::new(403, "cross_site", "This can only be asked for from the app's own page.").into()
        );
    }
    let no_session = || Problem::new(401, "no_session", "Log in first.");
    let jwt = cookie(request, COOKIE).ok_or_else(no_session)?;
    let claims = SESSIONS
        .with(Rc::clone)
        .verify(&jwt, request, app, verify_session, |claims| claims.expires_at)
        .await
        .map_err(|error| match error {
            TokenError::Refused(refusal) => Problem::new(401, "no_session", refusal.description()).into(),
            TokenError::Failed(failure) => failure,
        })?;
    let permissions = Permissions::of_roles(&claims.roles);
    Ok(Caller { user_id: claims.user_id, client: Client::Browser, permissions })
}

/// Whether a request comes from our own page, or from no page at all.
pub(super) fn is_same_origin(request: &Request) -> bool {
    // Browsers set `Sec-Fetch-Site` themselves and a page cannot change it; older ones have only `Origin`.
    if let Some(site) = request.header("sec-fetch-site") {
        return matches!(site.as_str(), "same-origin" | "none");
    }
    request.header("origin").is_none_or(|origin| origin == request.origin.as_str())
}

/// A cookie's value (RFC 6265 section 4.2.1).
pub(super) fn cookie(request: &Request, name: &str) -> Option<String> {
    let header = request.header("cookie")?;
    let mut pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}
