//! What an access token says that the provider issued, whichever resource it is for.

use std::rc::Rc;

use oauth::{
    bearer::{BearerRefusal, token_of},
    jwt::{AccessClaims, verify_access},
};
use worker_kit::http::{Failure, Request};

use super::{TokenError, issuer::provider_policy, memory::Memory};
use crate::{challenge::challenge, deployment::App};

thread_local! {
    /// Tokens for any resource that the embedded provider issues them for. Good at its own endpoints only, hence apart.
    static ISSUED: Rc<Memory<AccessClaims>> = Rc::default();
}

/// What the request's access token says, at a door with its own memory and policy.
pub(crate) async fn bearer_claims(
    request: &Request,
    app: &App,
    claims: impl AsyncFnOnce(&str) -> Result<AccessClaims, TokenError>,
) -> Result<AccessClaims, Failure> {
    let authorization = request.header("authorization");
    let token =
        token_of(authorization.as_deref()).ok_or_else(|| challenge(request, app, &BearerRefusal::NoToken))?;
    claims(token).await.map_err(|error| match error {
        TokenError::Refused(refusal) => challenge(request, app, &BearerRefusal::Token(refusal)).into(),
        TokenError::Failed(failure) => failure,
    })
}

/// What an access token says that was shown to the provider itself (userinfo).
pub(crate) async fn issued_bearer_claims(request: &Request, app: &App) -> Result<AccessClaims, Failure> {
    bearer_claims(request, app, async |token| issued_claims(token, request, app).await).await
}

/// What a valid access token says that this provider issued, for whichever resource.
pub(crate) async fn issued_claims(
    token: &str,
    request: &Request,
    app: &App,
) -> Result<AccessClaims, TokenError> {
    let memory = ISSUED.with(Rc::clone);
    memory.verify(token, request, app, provider_policy, verify_access, |claims| claims.expires_at).await
}
