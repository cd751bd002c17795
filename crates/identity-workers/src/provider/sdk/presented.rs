//! The credentials and the body of a call of the SDK.

use base64ct::{Base64, Encoding as _};
use oauth::{
    Digest, UserId,
    opaque::{OpaqueKind, OpaqueToken},
};
use serde::de::DeserializeOwned;
use worker_kit::http::{Failure, MAX_JSON_BYTES, Request, limited_body};

use super::super::{
    account::AccountClient,
    project::EMBEDDED_PUBLIC_TOKEN,
    stytch::{SdkError, StytchError},
};
use crate::deployment::Deployment;

/// What the SDK shows in `Authorization: Basic`: the project's public token, and the session's token once there is one.
pub(crate) struct Presented {
    pub(crate) session: Option<OpaqueToken>,
}

impl Presented {
    pub(crate) fn by(request: &Request) -> Result<Self, StytchError> {
        let refusal =
            StytchError::new(401, "public_token_not_found", "The public token is not this project's.");
        let header = request.header("authorization").unwrap_or_default();
        let credentials =
            header.strip_prefix("Basic ").and_then(|value| Base64::decode_vec(value.trim()).ok());
        let credentials = credentials.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(refusal)?;
        let (public_token, session_token) = credentials.split_once(':').ok_or(refusal)?;
        if public_token != EMBEDDED_PUBLIC_TOKEN {
            return Err(refusal);
        }
        Ok(Self { session: OpaqueToken::parse(OpaqueKind::Session, session_token) })
    }

    /// The session token: its account and its digest.
    pub(crate) fn session(&self, deployment: &Deployment) -> Result<ShownSession<'_>, SdkError> {
        let token = self.session.as_ref().ok_or(StytchError::session_not_found())?;
        let user_id = UserId::from_uuid(token.account());
        let account = AccountClient::of(&deployment.env, &user_id);
        Ok(ShownSession { text: token.as_str(), digest: token.digest(), user_id, account })
    }
}

/// A session token, not yet known to be good.
pub(crate) struct ShownSession<'a> {
    pub(crate) text: &'a str,
    pub(crate) digest: Digest,
    pub(crate) user_id: UserId,
    pub(crate) account: AccountClient,
}

/// The body of a call.
pub(crate) struct Body(Vec<u8>);

impl Body {
    /// Reads it, before it is known which call's it is: what waits for it is compiled once, and not for each type.
    pub(crate) async fn of(request: &Request) -> Result<Self, Failure> {
        limited_body(request, MAX_JSON_BYTES).await.map(Self)
    }

    /// As what a call takes; an absent one counts as empty.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, SdkError> {
        let bytes = if self.0.is_empty() { b"{}".as_slice() } else { &self.0 };
        json::from_slice(bytes).map_err(|_| {
            StytchError::bad_request("The body of the request is not what this call takes.").into()
        })
    }
}
