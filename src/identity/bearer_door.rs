//! The agents' door: an access token in the `Authorization` header, and nowhere else (RFC 6750 section 2.1). Every refusal
//! carries a challenge that leads a client to the authorization server (RFC 9728 section 5.1).

use std::rc::Rc;

use oauth::{
    Scopes,
    bearer::{BearerRefusal, Challenge, token_of},
    jwt::{AccessClaims, verify_access},
};

use super::{
    Caller, Client,
    access::Access,
    metadata, provider, resource_scopes,
    scopes::scopes_of,
    token::{
        TokenError,
        issuer::{policy, provider_policy},
        memory::Memory,
    },
};
use crate::{
    deployment::App,
    http::{Failure, Problem, Request},
    permissions::Permissions,
};

thread_local! {
    /// Tokens for a resource of this Worker.
    static TOKENS: Rc<Memory<AccessClaims>> = Rc::default();
}

thread_local! {
    /// Tokens for any resource that the embedded provider issues them for. Good at its own endpoints only, hence apart.
    static ISSUED: Rc<Memory<AccessClaims>> = Rc::default();
}

/// Lets a connected app in, in its user's name. The embedded provider is asked each time whether the person still wants that;
/// Stytch's tokens are good until they expire, unless it is asked (`introspect`), which costs a call over the internet.
///
/// # Errors
/// 401 with a challenge, whatever is wrong with the token; 403 with one for a token that opens nothing here.
pub(crate) async fn bearer_door(request: &Request, app: &App) -> Result<(Caller, Access), Failure> {
    let claims = bearer_claims(request, app, async |token| {
        let memory = TOKENS.with(Rc::clone);
        memory.verify(token, request, app, policy, verify_access, |claims| claims.expires_at).await
    })
    .await?;
    let grant = if provider::is_on(app) {
        let live = provider::live_grant(app, &claims).await?;
        Some(live.ok_or_else(|| revoked(request, app))?)
    } else {
        None
    };
    let permissions = Permissions::of_scopes(&claims.scopes, &app.config.required_scopes);
    // Said here, since a client that is shown a server without any tools would not know what it lacks.
    if permissions.are_none() {
        let all = scopes_of(&app.config.required_scopes);
        return Err(challenge(request, app, &BearerRefusal::InsufficientScope(all)).into());
    }
    let access = Access::of(&claims, grant);
    let client = Client::ConnectedApp(claims.client_id);
    Ok((Caller { user_id: claims.user_id, client, permissions }, access))
}

/// What the request's access token says, at a door with its own memory and policy.
async fn bearer_claims(
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
pub(super) async fn issued_bearer_claims(request: &Request, app: &App) -> Result<AccessClaims, Failure> {
    bearer_claims(request, app, async |token| issued_claims(token, request, app).await).await
}

/// The refusal of a token that was good once.
pub(super) fn revoked(request: &Request, app: &App) -> Problem {
    challenge(request, app, &BearerRefusal::Revoked)
}

/// The value of `WWW-Authenticate` beside a 403: every scope that was needed, at once (MCP 2026-07-28, authorization).
pub(crate) fn insufficient_scope(request: &Request, app: &App, needed: &[String]) -> String {
    let needed = Scopes::collect(needed.iter().filter_map(|scope| scope.parse().ok()));
    challenge_text(request, app, &BearerRefusal::InsufficientScope(needed))
}

/// What a valid access token says that this provider issued, for whichever resource.
pub(super) async fn issued_claims(
    token: &str,
    request: &Request,
    app: &App,
) -> Result<AccessClaims, TokenError> {
    let memory = ISSUED.with(Rc::clone);
    memory.verify(token, request, app, provider_policy, verify_access, |claims| claims.expires_at).await
}

/// The refusal, with what a client needs to do better.
fn challenge(request: &Request, app: &App, refusal: &BearerRefusal) -> Problem {
    let (code, detail) = match refusal {
        BearerRefusal::NoToken => ("no_token", "Connect with an access token in the Authorization header."),
        BearerRefusal::Token(refusal) => ("invalid_token", refusal.description()),
        BearerRefusal::Revoked => ("invalid_token", "The access has been revoked."),
        BearerRefusal::InsufficientScope(_) => ("insufficient_scope", "The token does not cover this."),
    };
    Problem::new(refusal.status(), code, detail)
        .header("www-authenticate", challenge_text(request, app, refusal))
}

fn challenge_text(request: &Request, app: &App, refusal: &BearerRefusal) -> String {
    let resource_metadata = &metadata::resource_metadata_url(request);
    Challenge { refusal, resource_metadata, default_scopes: &resource_scopes(app) }.to_string()
}
