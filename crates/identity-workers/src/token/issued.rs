//! The claims of an access token that the provider issued, for any resource.

use std::rc::Rc;

use oauth::{
    bearer::{BearerRefusal, token_of},
    jwt::{AccessClaims, verify_access},
};
use worker_kit::http::Request;

use super::{TokenError, issuer::provider_policy, verified_tokens::VerifiedTokens};
use crate::{check_error::CheckError, deployment::Deployment};

thread_local! {
    /// Tokens for any resource that the embedded provider issues them for. Good at its own endpoints only, hence apart.
    static ISSUED: Rc<VerifiedTokens<AccessClaims>> = Rc::default();
}

/// What the request's access token says, for a check with its own cache and policy.
///
/// # Errors
/// [`BearerRefusal::NoToken`], [`BearerRefusal::Token`], or that the token could not be checked.
pub(crate) async fn bearer_claims<Claims>(
    request: &Request,
    claims: impl AsyncFnOnce(&str) -> Result<Claims, TokenError>,
) -> Result<Claims, CheckError<BearerRefusal>> {
    let authorization = request.header("authorization");
    let token = token_of(authorization.as_deref()).ok_or(BearerRefusal::NoToken)?;
    claims(token).await.map_err(|error| error.map(BearerRefusal::Token))
}

/// What an access token says that was shown to the provider itself (userinfo).
pub(crate) async fn issued_bearer_claims(
    request: &Request,
    deployment: &Deployment,
) -> Result<AccessClaims, CheckError<BearerRefusal>> {
    bearer_claims(request, async |token| issued_claims(token, request, deployment).await).await
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
