//! The check of agents: an access token in the `Authorization` header, and nowhere else (RFC 6750 section 2.1). Every refusal
//! carries a challenge in the end ([`super::challenge`]).

use std::rc::Rc;

use oauth::{
    bearer::BearerRefusal,
    jwt::{AccessClaims, verify_access},
};
use worker_kit::http::Request;

use crate::{
    authenticate::access_lease::AccessLease,
    caller::{Caller, CallingClient, Entitlement},
    check_error::CheckError,
    deployment::Deployment,
    provider::grants,
    token::{issued::bearer_claims, issuer::policy, verified_tokens::VerifiedTokens},
};

thread_local! {
    /// Tokens for a resource of this Worker.
    static TOKENS: Rc<VerifiedTokens<AccessClaims>> = Rc::default();
}

/// Lets a connected app in, in its user's name. The embedded provider is asked each time whether the person still wants that;
/// Stytch's tokens are good until they expire, unless it is asked (`introspect`), which costs a call over the internet.
///
/// # Errors
/// A [`BearerRefusal`], to be [rendered](CheckError::render) where the answer is written: [`BearerRefusal::InsufficientScope`]
/// for a token that opens nothing here, naming every scope that would; another for whatever is wrong with the token. Or the
/// failure of what had to be asked.
pub async fn bearer(
    request: &Request,
    deployment: &Deployment,
) -> Result<(Caller, AccessLease), CheckError<BearerRefusal>> {
    let claims = bearer_claims(request, async |token| {
        let verified = TOKENS.with(Rc::clone);
        verified.verify(token, request, deployment, policy, verify_access, |claims| claims.expires_at).await
    })
    .await?;
    let grant = if deployment.has_embedded_provider() {
        let live = grants::live_grant(deployment, &claims).await?;
        Some(live.ok_or(BearerRefusal::Revoked)?)
    } else {
        None
    };
    // Said here, since a client that is shown a server without any tools would not know what it lacks.
    if !deployment.application.is_opened_by(&claims.scopes, &deployment.config.required_scopes) {
        let all = deployment.config.required_scopes.clone();
        return Err(BearerRefusal::InsufficientScope(all).into());
    }
    let access = AccessLease::of(&claims, grant);
    let client = CallingClient::ConnectedApp(claims.client_id);
    Ok((Caller { user_id: claims.user_id, client, entitlement: Entitlement::Scopes(claims.scopes) }, access))
}
