//! The check of the page: a session JWT in the cookie that Stytch's SDK keeps.
//!
//! A browser sends cookies with requests of any page, so a request that changes something must also come from our own page
//! (`Sec-Fetch-Site`, `Origin`). Other programs send neither header, and never send a user's cookies by accident.
//!
//! Other pages can plant cookies here as well ([`Cookie`]), and the session may change to another account while a page is open. So the
//! page names its account on each call, and the cookie of another account is refused.

use std::rc::Rc;

use oauth::{
    Digest, UserId,
    jwt::{SessionClaims, SessionToken, TokenRefusal, verify_session},
};
use worker::Method;
use worker_kit::http::{Cookie, Failure, Problem, Request, is_same_origin};

use crate::{
    caller::{Caller, CallingClient, Entitlement},
    check_error::CheckError,
    deployment::Deployment,
    token::{issuer::policy, verified_tokens::VerifiedTokens},
};

/// The name of the cookie, as Stytch's SDK sets it.
const COOKIE: &str = "stytch_session_jwt";

/// The header in which the page names its account. A browser's WebSocket cannot set headers: there it is the parameter `account`.
const ACCOUNT_HEADER: &str = "x-account-digest";

thread_local! {
    static SESSIONS: Rc<VerifiedTokens<SessionClaims>> = Rc::default();
}

/// Why a session cookie is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionRefusal {
    /// The request changes something and comes from another site's page.
    CrossSite,
    /// There is no session cookie.
    NoSession,
    /// The session JWT is not valid.
    Token(TokenRefusal),
    /// There are several session cookies: some of them were planted.
    SeveralSessions,
    /// The session is of another account than the page.
    AnotherAccount,
}

impl SessionRefusal {
    fn problem(self, request: &Request) -> Problem {
        match self {
            Self::CrossSite => {
                Problem::new(403, "cross_site", "This can only be asked for from the app's own page.")
            }
            Self::NoSession => Problem::new(401, "no_session", "Log in first."),
            Self::Token(refusal) => Problem::new(401, "no_session", refusal.description()),
            // The planted ones are expired, so that the next request has only the right one.
            Self::SeveralSessions => request.expire_planted(COOKIE).into_iter().fold(
                Problem::new(401, "several_sessions", "This browser holds two sessions here. Try again."),
                |problem, cookie| problem.header("set-cookie", cookie),
            ),
            Self::AnotherAccount => Problem::new(
                401,
                "another_account",
                "This page is another account's than the session. Load it again.",
            ),
        }
    }
}

impl From<SessionRefusal> for CheckError<SessionRefusal> {
    fn from(refusal: SessionRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl CheckError<SessionRefusal> {
    /// The answer: 401, or 403 for another site's page, or the failure as it is.
    pub fn render(self, request: &Request) -> Failure {
        match self {
            Self::Refused(refusal) => refusal.problem(request).into(),
            Self::Failed(failure) => failure,
        }
    }
}

/// Authenticates a request by the session cookie.
///
/// # Errors
/// A [`SessionRefusal`], to be [rendered](CheckError::render) where the answer is written, or the failure of the check.
pub async fn session_cookie(
    request: &Request,
    deployment: &Deployment,
) -> Result<Caller, CheckError<SessionRefusal>> {
    let is_safe = matches!(request.method, Method::Get | Method::Head | Method::Options);
    if !is_safe && !is_same_origin(request) {
        return Err(SessionRefusal::CrossSite.into());
    }
    let jwt = match request.cookie(COOKIE) {
        Cookie::One(jwt) => jwt,
        Cookie::None => return Err(SessionRefusal::NoSession.into()),
        Cookie::Several => return Err(SessionRefusal::SeveralSessions.into()),
    };
    let claims = SESSIONS
        .with(Rc::clone)
        .verify(&jwt, request, deployment, policy, verify_session, |claims| claims.expires_at)
        .await
        .map_err(|error| error.map(SessionRefusal::Token))?;
    require_account(request.header(ACCOUNT_HEADER).as_deref(), &claims.user_id)?;
    let made_at = claims.expires_at.plus(-SessionToken::LIFETIME_SECONDS).unix();
    let jwt_made_at_ms = u64::try_from(made_at).unwrap_or_default().saturating_mul(1_000);
    let client = CallingClient::Browser { session_id: claims.session_id, jwt_made_at_ms };
    Ok(Caller { user_id: claims.user_id, client, entitlement: Entitlement::Roles(claims.roles) })
}

/// Compares the account that the page names with the session's. `said` is the SHA-256 of the user id in base64url; a page that names
/// none passes.
///
/// # Errors
/// [`SessionRefusal::AnotherAccount`] when they differ.
pub fn require_account(said: Option<&str>, user_id: &UserId) -> Result<(), SessionRefusal> {
    if said.is_none_or(|said| said == Digest::of(user_id.as_str().as_bytes()).to_string()) {
        Ok(())
    } else {
        Err(SessionRefusal::AnotherAccount)
    }
}
