//! Who granted an access token (OpenID Connect Core section 5.3): what its scopes open, and nothing else.

use oauth::{UserId, jwt::UserProfile};
use serde::Serialize;
use worker::Response;
use worker_kit::http::{self, Failure, Request};

use super::super::{
    account::AccountClient,
    stytch::{About, Answer},
    tokens::grant_of,
};
use crate::{challenge::revoked, deployment::App, token::issued::issued_bearer_claims};

#[derive(Serialize)]
struct UserInfo<'a> {
    sub: &'a UserId,
    #[serde(flatten)]
    profile: UserProfile<'a>,
}

pub(super) async fn get(request: &Request, app: &App) -> Result<Response, Failure> {
    let claims = issued_bearer_claims(request, app).await?;
    let grant = match grant_of(claims.token_id.as_deref()) {
        Some(grant) => AccountClient::of(&app.env, &claims.user_id).grant(grant).await?,
        None => None,
    };
    let grant = grant.ok_or_else(|| revoked(request, app))?;
    let profile = UserProfile::within(&claims.scopes, grant.profile.email.as_str());
    Ok(http::json(&Answer { about: About::ok()?, members: UserInfo { sub: &claims.user_id, profile } })?)
}
