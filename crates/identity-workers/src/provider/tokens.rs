//! Signing the tokens of this provider. The `oauth` crate defines their claims.

use json::Written;
use oauth::{
    ClientId, Scopes, Timestamp, UserId,
    jwt::{AccessToken, IdToken, Jwk, SessionToken, SigningInput, UserProfile},
    resource::ResourceUri,
};
use uuid::Uuid;
use worker_kit::{http::Failure, random};

use super::{
    person::{LoginSession, Profile},
    project::PROJECT_ID,
};
use crate::{clock::now, deployment::Deployment, key_ring::Keys};

/// The key of this provider with that id, if it has one.
pub(crate) async fn find_key(deployment: &Deployment, kid: &str) -> Result<Option<Jwk>, Failure> {
    Ok(Keys::open(deployment).await?.find(kid).cloned())
}

/// A session JWT for the page's cookie.
pub(super) async fn session_jwt(
    keys: &Keys,
    issuer: &str,
    user_id: &UserId,
    session: &LoginSession,
) -> Result<String, Failure> {
    let life = &session.life;
    let claim = SessionToken::session_claim(
        &session.id,
        life.started_at,
        life.last_accessed_at,
        life.expires_at,
        Written::of(&session.attributes)?,
        session.factors(user_id)?,
        &LoginSession::ROLES,
    )?;
    let token = SessionToken { iss: issuer, sub: user_id, aud: [PROJECT_ID], session: claim };
    signed(keys, token.signing_input(keys.signing().kid(), now())).await
}

/// The inputs of an access token.
pub(super) struct TokenGrant<'a> {
    pub(super) issuer: &'a str,
    pub(super) user_id: &'a UserId,
    pub(super) client_id: &'a ClientId,
    pub(super) scopes: &'a Scopes,
    pub(super) resource: &'a ResourceUri,
    pub(super) grant: Uuid,
}

pub(super) async fn access_token(keys: &Keys, access: &TokenGrant<'_>) -> Result<String, Failure> {
    // The grant is part of the token's id, so that a token leads back to what it came of.
    let jti = format!("{}.{}", access.grant, random::uuid()?);
    let token = AccessToken {
        iss: access.issuer,
        sub: access.user_id,
        aud: [PROJECT_ID, access.resource.as_str()],
        client_id: access.client_id,
        scope: access.scopes,
        jti: &jti,
    };
    signed(keys, token.signing_input(keys.signing().kid(), now())).await
}

/// The grant that an access token of [`access_token`] came of.
pub(super) fn grant_of(token_id: Option<&str>) -> Option<Uuid> {
    token_id?.split_once('.')?.0.parse().ok()
}

pub(super) async fn id_token(
    keys: &Keys,
    access: &TokenGrant<'_>,
    profile: &Profile,
    nonce: Option<&str>,
    auth_time: Timestamp,
) -> Result<String, Failure> {
    let token = IdToken {
        iss: access.issuer,
        sub: access.user_id,
        aud: [access.client_id],
        nonce,
        auth_time,
        profile: UserProfile::within(access.scopes, profile.email.as_str()),
    };
    signed(keys, token.signing_input(keys.signing().kid(), now())).await
}

async fn signed(keys: &Keys, input: Option<SigningInput>) -> Result<String, Failure> {
    let input = input.ok_or_else(|| Failure::fault("a token could not be written"))?;
    let signature = keys.signing().sign(input.as_bytes()).await?;
    Ok(input.with_signature(&signature))
}
