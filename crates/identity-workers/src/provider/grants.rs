//! What the rest of the Worker asks of the provider: whether a grant stands, and who it was given to.

use oauth::{ClientId, UserId, jwt::AccessClaims};
use uuid::Uuid;
use worker_kit::http::Failure;

use super::account::AccountClient;
use crate::{
    deployment::Deployment,
    provider::{clients, tokens},
};

/// The grant that an access token came of, if it still stands. Asked anew for every request: whoever is disconnected is out
/// at once.
///
/// # Errors
/// When the account cannot be reached: then nobody is let in.
pub(crate) async fn live_grant(
    deployment: &Deployment,
    claims: &AccessClaims,
) -> Result<Option<Uuid>, Failure> {
    // Every token of this provider leads to its grant, so one that does not is not good.
    let Some(grant) = tokens::grant_of(claims.token_id.as_deref()) else { return Ok(None) };
    let account = AccountClient::of(&deployment.env, &claims.user_id);
    Ok(account.use_grant(grant, claims.client_id.clone()).await?.then_some(grant))
}

/// Waits until a grant is taken back.
///
/// # Errors
/// When the account cannot be reached. Then nobody knows, so nothing should be based on the grant any longer.
pub(crate) async fn grant_ends(deployment: &Deployment, user: &UserId, grant: Uuid) -> Result<(), Failure> {
    AccountClient::of(&deployment.env, user).grant_ends(grant).await
}

/// The name a client registered under.
pub(crate) async fn client_name(deployment: &Deployment, id: &ClientId) -> Result<Option<String>, Failure> {
    Ok(clients::known(deployment, id).await?.map(|client| client.metadata.client_name))
}
