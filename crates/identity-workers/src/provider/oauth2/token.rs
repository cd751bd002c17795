//! The token endpoint (OAuth 2.1 section 3.2). The account of a code or refresh token decides whether it may be
//! exchanged, when it consumes it; here tokens are made of the outcome.

use oauth::{
    ClientId, OAuthError, Scopes, UserId,
    jwt::AccessToken,
    opaque::{OpaqueKind, OpaqueToken},
    token::TokenRequest,
};
use serde::Serialize;
use worker_kit::http::Response;
use worker_kit::{http::Request, random};

use super::{
    super::{
        account::{AccountClient, CodeAnswer, CodeRedemption, Granted, RefreshAnswer, RefreshUse},
        stytch::{ClientError, answer},
        tokens::{self, TokenGrant},
    },
    authentication::{Subject, authenticated, parameters},
};
use crate::{deployment::Deployment, key_ring::Keys};

/// OAuth 2.1 section 3.2.3, with Stytch's `bearer` in lower case.
#[derive(Serialize)]
struct Tokens<'a> {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    scope: &'a Scopes,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

pub(super) async fn post(request: &Request, deployment: &Deployment) -> Result<Response, ClientError> {
    let parameters = parameters(request).await?;
    let exchange = TokenRequest::from_parameters(&parameters);
    let client = authenticated(request, deployment, &parameters, Subject::Exchange(&exchange)).await?;
    let keys = Keys::open(deployment).await?;
    let (user_id, granted, refresh_token) = match exchange? {
        TokenRequest::Code { code, redirect_uri, verifier, resources } => {
            let user_id = UserId::from_uuid(code.account());
            let refresh_token = OpaqueToken::new(OpaqueKind::RefreshToken, user_id.uuid(), &random::bytes()?);
            let redemption = CodeRedemption {
                code: code.digest(),
                client_id: client.id.clone(),
                redirect_uri,
                verifier,
                resources,
                refresh_token: refresh_token.digest(),
            };
            let granted = match AccountClient::of(&deployment.env, &user_id).redeem_code(redemption).await? {
                CodeAnswer::Granted(granted) => granted,
                CodeAnswer::Refused(refusal) => return Err(refusal.to_error().into()),
                CodeAnswer::Unknown => {
                    return Err(OAuthError::invalid_grant("The authorization code is not valid.").into());
                }
            };
            (user_id, granted, refresh_token)
        }
        TokenRequest::Refresh { token, scopes, resources } => {
            let user_id = UserId::from_uuid(token.account());
            let secret = keys.secret_for("refresh token");
            let successor = token.successor(OpaqueKind::RefreshToken, secret.as_bytes());
            let refresh = RefreshUse {
                token: token.digest(),
                successor: successor.digest(),
                client_id: client.id.clone(),
                scopes,
                resources,
            };
            let granted = match AccountClient::of(&deployment.env, &user_id).refresh(refresh).await? {
                RefreshAnswer::Granted(granted) => granted,
                RefreshAnswer::Refused(refusal) => return Err(refusal.to_error().into()),
                RefreshAnswer::Unknown => {
                    return Err(OAuthError::invalid_grant("The refresh token is not valid.").into());
                }
            };
            (user_id, granted, successor)
        }
    };
    client.note_use(deployment).await?;
    let issue =
        Issue { keys: &keys, issuer: request.origin.as_str(), user_id: &user_id, client_id: &client.id };
    issue.tokens(&granted, &refresh_token).await
}

/// What the tokens of one answer have in common.
struct Issue<'a> {
    keys: &'a Keys,
    issuer: &'a str,
    user_id: &'a UserId,
    client_id: &'a ClientId,
}

impl Issue<'_> {
    async fn tokens(&self, granted: &Granted, refresh_token: &OpaqueToken) -> Result<Response, ClientError> {
        let access = TokenGrant {
            issuer: self.issuer,
            user_id: self.user_id,
            client_id: self.client_id,
            scopes: &granted.scopes,
            resource: &granted.resource,
            grant: granted.grant,
        };
        let id_token = if granted.scopes.contains("openid") {
            let (nonce, auth_time) = (granted.nonce.as_deref(), granted.authenticated_at);
            Some(tokens::id_token(self.keys, &access, &granted.profile, nonce, auth_time).await?)
        } else {
            None
        };
        let members = Tokens {
            access_token: tokens::access_token(self.keys, &access).await?,
            token_type: "bearer",
            expires_in: AccessToken::LIFETIME_SECONDS,
            scope: &granted.scopes,
            refresh_token: granted.lasting.then_some(refresh_token.as_str()),
            id_token,
        };
        Ok(answer(200, &members)?)
    }
}
