//! Revoking a token (RFC 7009), and with it its grant, so that a client that disconnects leaves nothing valid. Unknown tokens are answered
//! like known ones (section 2.2).

use oauth::{
    OAuthError, UserId,
    opaque::{OpaqueKind, OpaqueToken},
};
use worker_kit::http::{Request, Response};

use super::{
    super::{
        account::AccountClient,
        stytch::{ClientError, answer},
        tokens::grant_of,
    },
    authentication::{Subject, authenticated, parameters},
};
use crate::{
    deployment::Deployment,
    token::{TokenError, issued::issued_claims},
};

pub(super) async fn post(request: &Request, deployment: &Deployment) -> Result<Response, ClientError> {
    let parameters = parameters(request).await?;
    let text = parameters.get("token");
    let subject = Subject::Token(text.unwrap_or_default());
    let client = authenticated(request, deployment, &parameters, subject).await?;
    let text = text.ok_or(OAuthError::invalid_request("token is required."))?;
    if let Some(token) = OpaqueToken::parse(OpaqueKind::RefreshToken, text) {
        let account = AccountClient::of(&deployment.env, &UserId::from_uuid(token.account()));
        account.revoke_refresh_token(token.digest(), client.id).await?;
    } else {
        match issued_claims(text, request, deployment).await {
            Ok(claims) => {
                if let Some(grant) = grant_of(claims.token_id.as_deref()) {
                    let account = AccountClient::of(&deployment.env, &claims.user_id);
                    account.revoke_grant(grant, client.id).await?;
                }
            }
            Err(TokenError::Refused(_)) => {}
            Err(TokenError::Failed(failure)) => return Err(failure.into()),
        }
    }
    Ok(answer(200, &())?)
}
