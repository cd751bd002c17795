//! Questions of the rest of the Worker to the provider: whether a grant is valid, and when it ends.

use oauth::{UserId, jwt::AccessClaims};
use uuid::Uuid;
use worker_kit::http::Failure;

use super::account::{AccountClient, ConfirmedGrant};
use crate::{deployment::Deployment, provider::tokens};

/// The grant of an access token. Every token of this provider names its grant, so one that does not is invalid.
pub(crate) fn grant_of(claims: &AccessClaims) -> Option<Uuid> {
    tokens::grant_of(claims.token_id.as_deref())
}

/// The grant of an access token, if it is valid now. Counts as a use of it.
///
/// # Errors
/// The failure of the call to the account: then the token must be refused.
pub(crate) async fn confirm(
    deployment: &Deployment,
    claims: &AccessClaims,
) -> Result<Option<(Uuid, ConfirmedGrant)>, Failure> {
    let Some(grant) = grant_of(claims) else { return Ok(None) };
    let account = AccountClient::of(&deployment.env, &claims.user_id);
    let confirmed = account.confirm_grant(grant, claims.client_id.clone()).await?;
    Ok(confirmed.map(|confirmed| (grant, confirmed)))
}

/// Waits until a grant ends.
///
/// # Errors
/// The failure of the call to the account. Then the grant's state is unknown, and it should not be relied on any longer.
pub(crate) async fn grant_ends(deployment: &Deployment, user: &UserId, grant: Uuid) -> Result<(), Failure> {
    AccountClient::of(&deployment.env, user).grant_ends(grant).await
}
