//! What an access token says that the provider issued, whichever resource it is for.

use std::rc::Rc;

use oauth::{
    bearer::{BearerRefusal, token_of},
    jwt::{AccessClaims, verify_access},
};
use worker_kit::http::{Failure, Request};

use super::{TokenError, issuer::provider_policy, verified_tokens::VerifiedTokens};
use crate::{authenticate::challenge::challenge, deployment::Deployment};

thread_local! {
    /// Tokens for any resource that the embedded provider issues them for. Good at its own endpoints only, hence apart.
    static ISSUED: Rc<VerifiedTokens<AccessClaims>> = Rc::default();
}

/// What the request's access token says, for a check with its own cache and policy.
pub(crate) async fn bearer_claims(
    request: &Request,
    deployment: &Deployment,
    claims: impl AsyncFnOnce(&str) -> Result<AccessClaims, TokenError>,
) -> Result<AccessClaims, Failure> {
    let authorization = request.header("authorization");
    let token = token_of(authorization.as_deref())
        .ok_or_else(|| challenge(request, deployment, &BearerRefusal::NoToken))?;
    claims(token).await.map_err(|error| match error {
        TokenError::Refused(refusal) => challenge(request, deployment, &BearerRefusal::Token(refusal)).into(),
        TokenError::Failed(failure) => failure,
    })
}

/// What an access token says that was shown to the provider itself (userinfo).
pub(crate) async fn issued_bearer_claims(
    request: &Request,
    deployment: &Deployment,
) -> Result<AccessClaims, Failure> {
    bearer_claims(request, deployment, async |token| issued_claims(token, request, deployment).await).await
}

/// What a valid access token says that this provider issued, for whichever resource.
pub(crate) async fn issued_claims(
    token: &str,
    request: &Request,
    deployment: &Deployment,
) -> Result<AccessClaims, TokenError> {
    let verified = ISSUED.with(Rc::clone);
    verified
        .verify(token, request, deployment, provider_policy, verify_access, |claims| claims.expires_at)
        .await
}
