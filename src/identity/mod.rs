//! Who is calling. A request becomes a [`Caller`] at one of two doors, or it is refused.

pub(crate) use oauth::UserId;

use crate::{
    http::{Failure, Problem, Request},
    router::App,
};

/// Somebody who proved who they are.
pub(crate) struct Caller {
    pub(crate) user_id: UserId,
}

/// The page's door: a session JWT in the cookie `stytch_session_jwt`.
pub(crate) async fn cookie_door(_request: &Request, _app: &App) -> Result<Caller, Failure> {
    Err(Problem::new(401, "no_session", "Log in first.").into())
}

/// The agents' door: an access token in the `Authorization` header.
pub(crate) async fn bearer_door(_request: &Request, _app: &App) -> Result<Caller, Failure> {
    Err(Problem::new(401, "no_token", "Connect with an access token.").into())
}

pub(crate) mod provider {
    pub(crate) const EMBEDDED_PUBLIC_TOKEN: &str = "public-token-test-00000000-0000-4000-8000-000000000000";
}
