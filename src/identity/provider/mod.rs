//! The embedded identity provider: what Stytch would be, on the Worker's own origin.
//!
//! It speaks Stytch's contract, path by path and member by member, so that everything else (Stytch's SDK in the page, the
//! two doors, agents) is the same in both identity modes.
//!
//! | path | what | specification |
//! |---|---|---|
//! | `/.well-known/oauth-authorization-server`, `/.well-known/openid-configuration` | discovery | RFC 8414, OpenID Connect Discovery |
//! | `/.well-known/jwks.json`, `/v1/sessions/jwks/{project}` | public keys | RFC 7517 |
//! | `POST /v1/oauth2/register` | dynamic client registration | RFC 7591 |
//! | `POST /v1/oauth2/token` | tokens for codes and refresh tokens | OAuth 2.1, RFC 7636, RFC 8707 |
//! | `POST /v1/oauth2/introspect`, `/revoke` | is a token good; end it | RFC 7662, RFC 7009 |
//! | `GET /v1/oauth2/userinfo` | who granted it | OpenID Connect Core 5.3 |
//! | `/sdk/v1/…` | what Stytch's browser SDK calls: login, sessions, consent | [`sdk`] |
//! | `GET /dev/mailbox` | login codes that would have been mailed | development on this machine |
//!
//! The consent page itself, `/oauth/authorize`, belongs to the page: it is Stytch's component. Whether it comes, and with which
//! status, is decided in [`authorize`].
//!
//! # State
//! Whatever is consumed once (login codes, authorization codes, refresh tokens) lives in the one [`account`] object of the
//! person it belongs to. User ids and e-mail ids are derived from the address under a secret of the deployment, and opaque
//! tokens carry the account's id, so that each leads straight to its object and nothing central has to be asked.

mod account;
pub(crate) mod authorize;
mod client_keys;
mod client_registration;
mod clients;
mod dev_mailbox;
pub(super) mod discovery;
mod fetch;
mod mail;
mod network_limit;
mod oauth2;
mod person;
mod sdk;
mod stytch;
mod tokens;

use oauth::{ClientId, Scopes, UserId, jwt::AccessClaims};
use uuid::Uuid;
use worker::Response;

use self::account::AccountClient;
use super::scopes::{scopes, scopes_of};
use crate::{
    config::Identity,
    deployment::App,
    http::{Failure, Problem, Request, open_answer},
    object,
    permissions::Permission,
};

pub(super) use authorize::endpoint::verdict;

/// The project that this deployment is to itself: the audience of its tokens.
pub(crate) const PROJECT_ID: &str = "project-test-00000000-0000-4000-8000-000000000000";

/// What Stytch's SDK in the page presents. Public by design.
pub(crate) const EMBEDDED_PUBLIC_TOKEN: &str = "public-token-test-00000000-0000-4000-8000-000000000000";

/// Every scope that can be granted here.
fn grantable_scopes() -> Scopes {
    scopes("openid email profile offline_access").union(&scopes_of(&Permission::ALL))
}

/// Whether this is the identity provider, and Stytch is not.
pub(super) fn is_on(app: &App) -> bool {
    matches!(app.config.identity, Identity::Embedded)
}

/// The grant that an access token came of, if it still stands. Asked anew for every request: whoever is disconnected is out
/// at once.
///
/// # Errors
/// When the account cannot be reached: then nobody is let in.
pub(super) async fn live_grant(app: &App, claims: &AccessClaims) -> Result<Option<Uuid>, Failure> {
    // Every token of this provider leads to its grant, so one that does not is not good.
    let Some(grant) = tokens::grant_of(claims.token_id.as_deref()) else { return Ok(None) };
    let account = AccountClient::of(&app.env, &claims.user_id)?;
    Ok(account.use_grant(grant, claims.client_id.clone()).await?.then_some(grant))
}

/// Waits until a grant is taken back.
///
/// # Errors
/// When the account cannot be reached. Then nobody knows, so nothing should be based on the grant any longer.
pub(super) async fn grant_ends(app: &App, user: &UserId, grant: Uuid) -> Result<(), Failure> {
    object::closed(AccountClient::of(&app.env, user)?.watch_grant(grant).await?).await
}

/// The name a client registered under.
pub(super) async fn client_name(app: &App, id: &ClientId) -> Result<Option<String>, Failure> {
    Ok(clients::known(app, id).await?.map(|client| client.metadata.client_name))
}

pub(super) async fn route(request: Request, app: &App) -> Result<Response, Failure> {
    match request.segments().as_slice() {
        ["sdk", "v1", ..] => sdk::route(request, app).await,
        ["dev", "mailbox"] => dev_mailbox::show(&request, app).await,
        ["v1", "oauth2", _] => open_answer(request, async |request| oauth2::route(request, app).await).await,
        ["v1", "sessions", "jwks", _] => {
            open_answer(request, async |request| discovery::route(&request, app).await).await
        }
        _ => Err(Problem::not_found().into()),
    }
}
