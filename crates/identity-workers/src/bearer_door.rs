//! The agents' door: an access token in the `Authorization` header, and nowhere else (RFC 6750 section 2.1). Every refusal
//! carries a challenge that leads a client to the authorization server (RFC 9728 section 5.1).

use std::rc::Rc;

use oauth::{
    bearer::BearerRefusal,
    jwt::{AccessClaims, verify_access},
};
use worker_kit::http::{Failure, Request};

use crate::{
    access::Access,
    caller::{Caller, Client, Entitlement},
    challenge::{challenge, revoked},
    deployment::{self, App},
    provider::grants,
    token::{issued::bearer_claims, issuer::policy, memory::Memory},
};

thread_local! {
    /// Tokens for a resource of this Worker.
    static TOKENS: Rc<Memory<AccessClaims>> = Rc::default();
}

/// Lets a connected app in, in its user's name. The embedded provider is asked each time whether the person still wants that;
/// Stytch's tokens are good until they expire, unless it is asked (`introspect`), which costs a call over the internet.
///
/// # Errors
/// 401 with a challenge, whatever is wrong with the token; 403 with one for a token that opens nothing here.
pub async fn bearer_door(request: &Request, app: &App) -> Result<(Caller, Access), Failure> {
    let claims = bearer_claims(request, app, async |token| {
        let memory = TOKENS.with(Rc::clone);
        memory.verify(token, request, app, policy, verify_access, |claims| claims.expires_at).await
    })
    .await?;
    let grant = if deployment::is_on(app) {
        let live = grants::live_grant(app, &claims).await?;
        Some(live.ok_or_else(|| revoked(request, app))?)
    } else {
        None
    };
    // Said here, since a client that is shown a server without any tools would not know what it lacks.
    if !app.application.is_opened_by(&claims.scopes, &app.config.required_scopes) {
        let all = app.config.required_scopes.clone();
        return Err(challenge(request, app, &BearerRefusal::InsufficientScope(all)).into());
    }
    let access = Access::of(&claims, grant);
    let client = Client::ConnectedApp(claims.client_id);
    Ok((Caller { user_id: claims.user_id, client, entitlement: Entitlement::Scopes(claims.scopes) }, access))
}
