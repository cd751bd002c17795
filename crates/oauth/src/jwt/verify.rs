//! What a proven token must say to be accepted, and by which check.

use chrono::Duration;
use jwt_compact::{AlgorithmExt as _, Empty, TimeOptions, ValidationError};
use serde::Deserialize;

use super::proof::PROVEN_RS256;
use super::{SignatureProof, TokenRefusal, Unverified, claims};
use crate::authorization::OneOrMany;
use crate::resource::ResourceUri;
use crate::{ClientId, Scopes, Timestamp, UserId};

/// Clocks differ. Sixty seconds is the most that a token outlives its `exp` or precedes its `nbf`.
pub const LEEWAY_SECONDS: i64 = 60;

/// Who may have issued a token, and for whom.
#[derive(Debug, Clone)]
pub struct TokenPolicy {
    /// Accepted values of `iss`, compared to the letter. Stytch mints two forms: `stytch.com/{project_id}` through its
    /// API hosts, `https://{domain}` through the project's own domain.
    pub issuers: Vec<String>,
    /// Must be in `aud` of every token.
    pub project_id: String,
    /// One of them must be in `aud` of an access token (RFC 8707). Empty where the authorization server does not put
    /// resources into tokens.
    pub resources: Vec<ResourceUri>,
}

/// What a session JWT says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionClaims {
    /// `sub`: the person who is logged in.
    pub user_id: UserId,
    /// `id` of the claim [`SESSION_CLAIM`](super::SESSION_CLAIM), in whatever form the issuer gives it.
    pub session_id: String,
    /// `roles` of the same claim: the names of the person's roles in the Stytch project. Empty where it is left out.
    pub roles: Vec<String>,
    /// When the JWT ends; the session itself may live longer.
    pub expires_at: Timestamp,
}

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessClaims {
    /// `sub`: the person who granted the access.
    pub user_id: UserId,
    /// `client_id`: the client that the token was issued to (RFC 9068 section 2.2).
    pub client_id: ClientId,
    /// `scope`: what the token opens (RFC 9068 section 2.2.3).
    pub scopes: Scopes,
    /// `aud`: whom it is for, in the issuer's order.
    pub audience: Vec<String>,
    /// `jti`, where the issuer gives one.
    pub token_id: Option<String>,
    /// `exp`. The check forgives [`LEEWAY_SECONDS`] more.
    pub expires_at: Timestamp,
}

/// The claims as they are written; which of them must be there depends on the check.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    #[serde(default)]
    jti: Option<String>,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(rename = "https://stytch.com/session", default)]
    session: Option<SessionClaim>,
}

#[derive(Deserialize)]
struct SessionClaim {
    id: String,
    #[serde(default)]
    roles: Vec<String>,
}

/// RFC 7519 section 4.1.3: a string, or an array of them.
#[derive(Deserialize)]
#[serde(from = "OneOrMany")]
pub(super) enum Audience {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Audience {
    fn from(written: OneOrMany) -> Self {
        match written {
            OneOrMany::One(only) => Self::One(only),
            OneOrMany::Many(all) => Self::Many(all),
        }
    }
}

impl Audience {
    /// The one audience, if there is exactly one.
    pub(super) fn only(&self) -> Option<&str> {
        match self {
            Self::One(only) => Some(only),
            Self::Many(all) => match all.as_slice() {
                [only] => Some(only),
                _ => None,
            },
        }
    }

    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(only) => vec![only],
            Self::Many(all) => all,
        }
    }

    fn contains(&self, wanted: &str) -> bool {
        match self {
            Self::One(only) => only == wanted,
            Self::Many(all) => all.iter().any(|one| one == wanted),
        }
    }
}

/// A session JWT: accepted in the session cookie and nowhere else.
///
/// # Errors
/// [`TokenRefusal`], one variant per reason.
pub fn verify_session(
    token: &Unverified<'_>,
    proof: &SignatureProof,
    policy: &TokenPolicy,
    now: Timestamp,
) -> Result<SessionClaims, TokenRefusal> {
    let (claims, expires_at) = common_claims(token, proof, policy, now)?;
    let session = claims.session.ok_or(TokenRefusal::NotASession)?;
    // Both kinds at once is neither: whoever minted it, it is not a session of a browser.
    if claims.client_id.is_some() {
        return Err(TokenRefusal::NotASession);
    }
    let user_id = claims.sub.parse().map_err(|_| TokenRefusal::NotAUser)?;
    Ok(SessionClaims { user_id, session_id: session.id, roles: session.roles, expires_at })
}

/// An access token: accepted as a bearer token and nowhere else.
///
/// # Errors
/// [`TokenRefusal`], one variant per reason.
pub fn verify_access(
    token: &Unverified<'_>,
    proof: &SignatureProof,
    policy: &TokenPolicy,
    now: Timestamp,
) -> Result<AccessClaims, TokenRefusal> {
    let (claims, expires_at) = common_claims(token, proof, policy, now)?;
    if claims.session.is_some() {
        return Err(TokenRefusal::SessionTokenAsBearer);
    }
    let client_id = claims.client_id.and_then(|id| id.parse().ok()).ok_or(TokenRefusal::NotAnAccessToken)?;
    let scopes = claims.scope.and_then(|scope| scope.parse().ok()).ok_or(TokenRefusal::NotAnAccessToken)?;
    let is_for = |resource: &ResourceUri| claims.aud.contains(resource.as_str());
    if !policy.resources.is_empty() && !policy.resources.iter().any(is_for) {
        return Err(TokenRefusal::WrongResource);
    }
    let user_id = claims.sub.parse().map_err(|_| TokenRefusal::NotAUser)?;
    let audience = claims.aud.into_vec();
    Ok(AccessClaims { user_id, client_id, scopes, audience, token_id: claims.jti, expires_at })
}

/// How long after its end an id token still says whom it is about, in seconds: 30 days.
pub const HINT_LASTS_SECONDS: i64 = 30 * 24 * 3600;

/// The subject of an id token with which a client asks for a logout (`id_token_hint`). It does not authenticate the person, so it is
/// accepted for a while after its expiry too (OpenID Connect RP-Initiated Logout 1.0 section 2).
///
/// # Errors
/// [`TokenRefusal`]: it was not issued here, to this client, about a person, or too long ago.
pub fn verify_id_token_hint(
    token: &Unverified<'_>,
    proof: &SignatureProof,
    policy: &TokenPolicy,
    client_id: &ClientId,
    now: Timestamp,
) -> Result<UserId, TokenRefusal> {
    let (claims, times) = proven_claims(token, proof)?;
    let expires_at = times.expiration.ok_or(TokenRefusal::NoLifetime)?.timestamp();
    let Claims { iss, sub, aud, client_id: of_access, session, .. } = claims;
    if of_access.is_some() || session.is_some() {
        return Err(TokenRefusal::NotAnIdToken);
    }
    if !policy.issuers.contains(&iss) {
        return Err(TokenRefusal::WrongIssuer);
    }
    if !aud.contains(client_id.as_str()) {
        return Err(TokenRefusal::WrongAudience);
    }
    if now.since(Timestamp::from_unix(expires_at)) >= HINT_LASTS_SECONDS {
        return Err(TokenRefusal::Expired);
    }
    sub.parse().map_err(|_| TokenRefusal::NotAUser)
}

/// The claims, and the times beside them.
fn proven_claims(
    token: &Unverified<'_>,
    proof: &SignatureProof,
) -> Result<(Claims, jwt_compact::Claims<Empty>), TokenRefusal> {
    let validated =
        PROVEN_RS256.validator::<Empty>(proof).validate(&token.token).map_err(|error| match error {
            ValidationError::AlgorithmMismatch { .. } => TokenRefusal::UnsupportedAlgorithm,
            ValidationError::InvalidSignature => TokenRefusal::BadSignature,
            _ => TokenRefusal::Malformed,
        })?;
    // The signature is of this text.
    let claims = claims::read(token.text).ok_or(TokenRefusal::Malformed)?;
    Ok((claims, validated.into_parts().1))
}

/// What both kinds have in common: signature, lifetime, issuer, project.
fn common_claims(
    token: &Unverified<'_>,
    proof: &SignatureProof,
    policy: &TokenPolicy,
    now: Timestamp,
) -> Result<(Claims, Timestamp), TokenRefusal> {
    let (claims, times) = proven_claims(token, proof)?;
    let plausible = |time: chrono::DateTime<chrono::Utc>| (0..=MAX_UNIX_TIME).contains(&time.timestamp());
    let expires_at = times.expiration.filter(|time| plausible(*time)).ok_or(TokenRefusal::NoLifetime)?;
    if times.not_before.is_some_and(|time| !plausible(time)) {
        return Err(TokenRefusal::NoLifetime);
    }
    let clock = TimeOptions::new(Duration::seconds(LEEWAY_SECONDS), move || now.to_utc());
    times.validate_expiration(&clock).map_err(|_| TokenRefusal::Expired)?;
    // RFC 7519 section 4.1.5: `nbf` is optional.
    if times.not_before.is_some() {
        times.validate_maturity(&clock).map_err(|_| TokenRefusal::NotYetValid)?;
    }

    if !policy.issuers.contains(&claims.iss) {
        return Err(TokenRefusal::WrongIssuer);
    }
    if !claims.aud.contains(&policy.project_id) {
        return Err(TokenRefusal::WrongAudience);
    }
    Ok((claims, Timestamp::from_unix(expires_at.timestamp())))
}

/// The year 9999. Times beyond it are nonsense, and arithmetic on them could overflow.
const MAX_UNIX_TIME: i64 = 253_402_300_799;
