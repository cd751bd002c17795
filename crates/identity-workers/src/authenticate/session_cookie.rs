//! The check of the page: a session JWT in the cookie that Stytch's SDK keeps.
//!
//! A browser sends cookies wherever a page tells it to, so a request that changes something must also come from our own
//! page (`Sec-Fetch-Site`, `Origin`). Programs that are no browser send neither header and carry no one's cookies by
//! accident.
//!
//! Other pages can plant cookies here as well ([`Cookie`]), and the right one may become another account's while a page is open.
//! So the page says on each call whose it is, and a cookie of somebody else opens nothing for it.

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

/// The name that Stytch's SDK gives it.
const COOKIE: &str = "stytch_session_jwt";

/// Where the page says whose it is. A WebSocket of a browser has no headers of its own: there it is the parameter `account`.
const ACCOUNT_HEADER: &str = "x-account-digest";

thread_local! {
    static SESSIONS: Rc<VerifiedTokens<SessionClaims>> = Rc::default();
}

/// Why a session cookie lets nobody in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionRefusal {
    /// Another site's page asked for a change.
    CrossSite,
    /// There is no session cookie.
    NoSession,
    /// There is one, and it is not good.
    Token(TokenRefusal),
    /// There are several: some of them were planted.
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
            // The planted ones are taken away, so that the next try finds the right one.
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

/// Lets the user of a session in.
///
/// # Errors
/// A [`SessionRefusal`], to be [rendered](CheckError::render) where the answer is written, or the failure of what had to be
/// asked.
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

/// The page's account, if it says whose page it is: SHA-256 of the user id, in base64url. A page that does not say is served
/// all the same.
///
/// # Errors
/// [`SessionRefusal::AnotherAccount`] when that is not whose session it is.
pub fn require_account(said: Option<&str>, user_id: &UserId) -> Result<(), SessionRefusal> {
    if said.is_none_or(|said| said == Digest::of(user_id.as_str().as_bytes()).to_string()) {
        Ok(())
    } else {
        Err(SessionRefusal::AnotherAccount)
    }
}
