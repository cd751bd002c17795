//! Sessions: the opaque token identifies the session; the JWT is valid for five minutes and is checked without calling the account.

use json::Written;
use oauth::{UserId, grant::session::SessionDuration};
use serde::{Deserialize, Serialize};
use worker_kit::http::{Failure, Request, Response};

use super::{
    super::{
        person::LoginSession,
        stytch::{SdkError, StytchError, sdk_answer},
        tokens,
    },
    presented::{Body, Presented, ShownSession},
};
use crate::{deployment::Deployment, key_ring::Keys};

#[derive(Deserialize)]
struct Authenticate {
    #[serde(default)]
    session_duration_minutes: Option<u64>,
}

/// A fresh JWT, and a longer life where the page asks for one.
pub(super) async fn authenticate(
    request: &Request,
    body: &Body,
    deployment: &Deployment,
    presented: &Presented,
) -> Result<Response, SdkError> {
    let Authenticate { session_duration_minutes } = body.read()?;
    let extend = session_duration_minutes.map(session_duration).transpose()?;
    let ShownSession { text, digest, user_id, account } = presented.session(deployment)?;
    let session = account.use_session(digest, extend).await?.ok_or(StytchError::session_not_found())?;
    let keys = Keys::open(deployment).await?;
    let answer = Authenticated {
        keys: &keys,
        issuer: request.origin.as_str(),
        user_id: &user_id,
        session: &session,
        session_token: text,
    };
    sdk_answer(&answer.members().await?)
}

/// Logs out. After the answer neither the session nor a JWT of it is accepted, and its live sockets are closed.
pub(super) async fn revoke(deployment: &Deployment, presented: &Presented) -> Result<Response, SdkError> {
    let ShownSession { digest, account, .. } = presented.session(deployment)?;
    account.end_session(digest).await?.ok_or(StytchError::session_not_found())?;
    sdk_answer(&())
}

/// The answer of every call that results in a session.
pub(super) struct Authenticated<'a> {
    pub(super) keys: &'a Keys,
    pub(super) issuer: &'a str,
    pub(super) user_id: &'a UserId,
    pub(super) session: &'a LoginSession,
    pub(super) session_token: &'a str,
}

impl Authenticated<'_> {
    /// The members.
    pub(super) async fn members(&self) -> Result<Written, Failure> {
        #[derive(Serialize)]
        struct Members<'a> {
            user_id: &'a UserId,
            session: Written,
            session_token: &'a str,
            session_jwt: String,
            user: &'a Written,
            /// The SDK takes this one for its store and hands the other to the page.
            __user: &'a Written,
        }
        let user = self.session.profile.as_stytch_user(self.user_id)?;
        Ok(Written::of(&Members {
            user_id: self.user_id,
            session: self.session.as_stytch_session(self.user_id)?,
            session_token: self.session_token,
            session_jwt: tokens::session_jwt(self.keys, self.issuer, self.user_id, self.session).await?,
            user: &user,
            __user: &user,
        })?)
    }
}

pub(super) fn session_duration(minutes: u64) -> Result<SessionDuration, StytchError> {
    SessionDuration::from_minutes(minutes).ok_or(StytchError::new(
        400,
        "invalid_session_duration_minutes",
        "session_duration_minutes must be between 5 and 527040.",
    ))
}
