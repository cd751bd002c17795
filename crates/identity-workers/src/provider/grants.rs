//! What the rest of the Worker asks of the provider: whether a grant stands, and since when it does not.

use oauth::{UserId, jwt::AccessClaims};
use uuid::Uuid;
use worker_kit::http::Failure;

use super::account::{AccountClient, ConfirmedGrant};
use crate::{deployment::Deployment, provider::tokens};

/// The grant that an access token came of. Every token of this provider leads to its grant, so one that does not is not good.
pub(crate) fn grant_of(claims: &AccessClaims) -> Option<Uuid> {
    tokens::grant_of(claims.token_id.as_deref())
}

/// The grant that an access token came of, if it stands at this moment. Counts as a use of it.
///
/// # Errors
/// When the account cannot be reached: then nobody is let in.
pub(crate) async fn confirm(
    deployment: &Deployment,
    claims: &AccessClaims,
) -> Result<Option<(Uuid, ConfirmedGrant)>, Failure> {
    let Some(grant) = grant_of(claims) else { return Ok(None) };
    let account = AccountClient::of(&deployment.env, &claims.user_id);
    let confirmed = account.confirm_grant(grant, claims.client_id.clone()).await?;
    Ok(confirmed.map(|confirmed| (grant, confirmed)))
}

/// Waits until a grant is taken back.
///
/// # Errors
/// When the account cannot be reached. Then nobody knows, so nothing should be based on the grant any longer.
pub(crate) async fn grant_ends(deployment: &Deployment, user: &UserId, grant: Uuid) -> Result<(), Failure> {
    AccountClient::of(&deployment.env, user).grant_ends(grant).await
}
