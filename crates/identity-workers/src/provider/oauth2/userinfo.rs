//! The person who granted an access token (OpenID Connect Core section 5.3): only the claims that its scopes permit.

use oauth::{UserId, bearer::BearerRefusal, jwt::UserProfile};
use serde::Serialize;
use worker_kit::http::{Request, Response};

use super::super::{account::AccountClient, stytch::answer, tokens::grant_of};
use crate::{check_error::CheckError, deployment::Deployment, token::issued::issued_bearer_claims};

#[derive(Serialize)]
struct UserInfo<'a> {
    sub: &'a UserId,
    #[serde(flatten)]
    profile: UserProfile<'a>,
}

pub(super) async fn get(
    request: &Request,
    deployment: &Deployment,
) -> Result<Response, CheckError<BearerRefusal>> {
    let claims = issued_bearer_claims(request, deployment).await?;
    let grant = match grant_of(claims.token_id.as_deref()) {
        Some(grant) => AccountClient::of(&deployment.env, &claims.user_id).grant(grant).await?,
        None => None,
    };
    let grant = grant.ok_or(BearerRefusal::Revoked)?;
    let profile = UserProfile::within(&claims.scopes, grant.profile.email.as_str());
    Ok(answer(200, &UserInfo { sub: &claims.user_id, profile })?)
}
