//! Whether a token is active now (RFC 7662), also after a revocation. A client may ask about its own tokens; those of other clients are
//! answered as not active.

use oauth::{
    ClientId, OAuthError, Scopes, Timestamp, UserId,
    opaque::{OpaqueKind, OpaqueToken},
};
use serde::Serialize;
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
    provider::project::PROJECT_ID,
    token::{TokenError, issued::issued_claims},
};

/// RFC 7662 section 2.2.
#[derive(Serialize)]
struct Introspection<'a> {
    active: bool,
    #[serde(flatten)]
    token: Option<ActiveToken<'a>>,
}

#[derive(Serialize)]
struct ActiveToken<'a> {
    sub: UserId,
    client_id: ClientId,
    scope: Scopes,
    exp: Timestamp,
    iss: &'a str,
    /// As in the token.
    aud: Vec<String>,
    token_type: &'static str,
}

pub(super) async fn post(request: &Request, deployment: &Deployment) -> Result<Response, ClientError> {
    let parameters = parameters(request).await?;
    let text = parameters.get("token");
    let subject = Subject::Token(text.unwrap_or_default());
    let client = authenticated(request, deployment, &parameters, subject).await?;
    let text = text.ok_or(OAuthError::invalid_request("token is required."))?;
    let token = match OpaqueToken::parse(OpaqueKind::RefreshToken, text) {
        Some(token) => refresh_token(&token, &client.id, request, deployment).await?,
        None => access_token(text, &client.id, request, deployment).await?,
    };
    let members = Introspection { active: token.is_some(), token };
    Ok(answer(200, &members)?)
}

async fn access_token<'a>(
    text: &str,
    client_id: &ClientId,
    request: &'a Request,
    deployment: &Deployment,
) -> Result<Option<ActiveToken<'a>>, ClientError> {
    let claims = match issued_claims(text, request, deployment).await {
        Ok(claims) if claims.client_id == *client_id => claims,
        Ok(_) | Err(TokenError::Refused(_)) => return Ok(None),
        Err(TokenError::Failed(failure)) => return Err(failure.into()),
    };
    let Some(grant) = grant_of(claims.token_id.as_deref()) else { return Ok(None) };
    if AccountClient::of(&deployment.env, &claims.user_id).grant(grant).await?.is_none() {
        return Ok(None);
    }
    Ok(Some(ActiveToken {
        sub: claims.user_id,
        client_id: claims.client_id,
        scope: claims.scopes,
        exp: claims.expires_at,
        iss: request.origin.as_str(),
        aud: claims.audience,
        token_type: "access_token",
    }))
}

async fn refresh_token<'a>(
    token: &OpaqueToken,
    client_id: &ClientId,
    request: &'a Request,
    deployment: &Deployment,
) -> Result<Option<ActiveToken<'a>>, ClientError> {
    let user_id = UserId::from_uuid(token.account());
    let account = AccountClient::of(&deployment.env, &user_id);
    let Some(token) = account.refresh_token(token.digest(), client_id.clone()).await? else {
        return Ok(None);
    };
    let Some(grant) = account.grant(token.grant).await? else { return Ok(None) };
    Ok(Some(ActiveToken {
        sub: user_id,
        client_id: grant.client_id,
        scope: grant.scopes,
        exp: grant.expires_at,
        iss: request.origin.as_str(),
        // That of the access tokens that it gives.
        aud: vec![PROJECT_ID.to_owned(), token.resource.as_str().to_owned()],
        token_type: "refresh_token",
    }))
}
