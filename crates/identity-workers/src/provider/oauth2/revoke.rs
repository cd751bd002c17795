//! Revoking a token (RFC 7009), and with it its grant, so that a client that disconnects leaves nothing valid. Unknown tokens are answered
//! like known ones (section 2.2).

use oauth::{
    OAuthError, UserId,
    opaque::{OpaqueKind, OpaqueToken},
};
use worker::Response;
use worker_kit::http::{self, Request};

use super::{
    super::{
        account::AccountClient,
        stytch::{About, ClientError},
        tokens::grant_of,
    },
    authentication::{Subject, authenticated, parameters},
};
use crate::{
    deployment::Deployment,
    token::{TokenError, issued::issued_claims},
};

pub(super) async fn post(request: &mut Request, deployment: &Deployment) -> Result<Response, ClientError> {
    let parameters = parameters(request).await?;
    let text = parameters.get("token");
    let subject = Subject::Token(text.unwrap_or_default());
    let client = authenticated(request, deployment, &parameters, subject).await?;
    let text = text.ok_or(OAuthError::invalid_request("token is required."))?;
    let found = match OpaqueToken::parse(OpaqueKind::RefreshToken, text) {
        Some(token) => {
            let account = AccountClient::of(&deployment.env, &UserId::from_uuid(token.account()));
            let token = account.refresh_token(token.digest(), client.id.clone()).await?;
            token.map(|token| (account, token.grant))
        }
        None => match issued_claims(text, request, deployment).await {
            Ok(claims) => match grant_of(claims.token_id.as_deref()) {
                Some(grant) => Some((AccountClient::of(&deployment.env, &claims.user_id), grant)),
                None => None,
            },
            Err(TokenError::Refused(_)) => None,
            Err(TokenError::Failed(failure)) => return Err(failure.into()),
        },
    };
    if let Some((account, grant)) = found {
        account.revoke_grant(grant, client.id).await?;
    }
    Ok(http::json(&About::ok()?)?)
}
