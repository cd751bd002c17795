//! The check of agents: an access token in the `Authorization` header, and nowhere else (RFC 6750 section 2.1). Every refusal
//! carries a challenge in the end ([`super::challenge`]).

use std::rc::Rc;

use oauth::{
    Timestamp,
    bearer::BearerRefusal,
    jwt::{SignatureProof, TokenPolicy, TokenRefusal, Unverified, verify_access},
};
use worker_kit::http::Request;

use crate::{
    authenticate::{access_lease::AccessLease, shown_token::ShownToken},
    caller::{Caller, CallingClient, Entitlement},
    check_error::CheckError,
    deployment::Deployment,
    token::{issued::bearer_claims, issuer::policy, verified_tokens::VerifiedTokens},
};

thread_local! {
    /// Tokens for a resource of this Worker.
    static TOKENS: Rc<VerifiedTokens<Rc<ShownToken>>> = Rc::default();
}

/// Authenticates a connected app, on behalf of its user. The embedded provider's account confirms the grant; the confirmation is
/// cached with the token for a minute (`shown_token.rs`), and the [`AccessLease`] can ask again. Stytch's tokens are accepted until they
/// expire: asking Stytch (`introspect`) would cost a call over the internet.
///
/// # Errors
/// A [`BearerRefusal`], to be [rendered](CheckError::render) where the answer is written: [`BearerRefusal::InsufficientScope`]
/// for a token whose scopes permit nothing here, naming every scope that would; others for an invalid token. Or the failure of the
/// check.
pub async fn bearer(
    request: &Request,
    deployment: &Deployment,
) -> Result<(Caller, AccessLease), CheckError<BearerRefusal>> {
    let token = bearer_claims(request, async |token| {
        let verified = TOKENS.with(Rc::clone);
        verified.verify(token, request, deployment, policy, rules, |token| token.claims.expires_at).await
    })
    .await?;
    let lease = AccessLease::of(Rc::clone(&token));
    let name = if deployment.has_embedded_provider() {
        let standing = lease.standing(deployment).await?.ok_or(BearerRefusal::Revoked)?;
        Some(standing.app_name)
    } else {
        None
    };
    let claims = &token.claims;
    // Refused here: a client that got a server without any tools would not know which scope it lacks.
    if !deployment.application.is_opened_by(&claims.scopes, &deployment.config.required_scopes) {
        let all = deployment.config.required_scopes.clone();
        return Err(BearerRefusal::InsufficientScope(all).into());
    }
    let caller = Caller {
        user_id: claims.user_id.clone(),
        client: CallingClient::ConnectedApp { id: claims.client_id.clone(), name },
        entitlement: Entitlement::Scopes(claims.scopes.clone()),
    };
    Ok((caller, lease))
}

fn rules(
    token: &Unverified<'_>,
    proof: &SignatureProof,
    policy: &TokenPolicy,
    now: Timestamp,
) -> Result<Rc<ShownToken>, TokenRefusal> {
    verify_access(token, proof, policy, now).map(ShownToken::new).map(Rc::new)
}
