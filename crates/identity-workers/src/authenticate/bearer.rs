//! The check of agents: an access token in the `Authorization` header, and nowhere else (RFC 6750 section 2.1). Every refusal
//! carries a challenge that leads a client to the authorization server (RFC 9728 section 5.1).

use std::rc::Rc;

use oauth::{
    bearer::BearerRefusal,
    jwt::{AccessClaims, verify_access},
};
use worker_kit::http::{Failure, Request};

use crate::{
    authenticate::access_lease::AccessLease,
    authenticate::challenge::{challenge, revoked},
    caller::{Caller, CallingClient, Entitlement},
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
/// 401 with a challenge, whatever is wrong with the token; 403 with one for a token that opens nothing here.
pub async fn bearer(request: &Request, deployment: &Deployment) -> Result<(Caller, AccessLease), Failure> {
    let claims = bearer_claims(request, deployment, async |token| {
        let verified = TOKENS.with(Rc::clone);
        verified.verify(token, request, deployment, policy, verify_access, |claims| claims.expires_at).await
    })
    .await?;
    let grant = if deployment.has_embedded_provider() {
        let live = grants::live_grant(deployment, &claims).await?;
        Some(live.ok_or_else(|| revoked(request, deployment))?)
    } else {
        None
    };
    // Said here, since a client that is shown a server without any tools would not know what it lacks.
    if !deployment.application.is_opened_by(&claims.scopes, &deployment.config.required_scopes) {
        let all = deployment.config.required_scopes.clone();
        return Err(challenge(request, deployment, &BearerRefusal::InsufficientScope(all)).into());
    }
    let access = AccessLease::of(&claims, grant);
    let client = CallingClient::ConnectedApp(claims.client_id);
    Ok((Caller { user_id: claims.user_id, client, entitlement: Entitlement::Scopes(claims.scopes) }, access))
}
