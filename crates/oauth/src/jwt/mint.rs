//! Making tokens in the exact shape that Stytch gives them. The text up to the signature is built here; the
//! platform signs it.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use chrono::Duration;
use json::Written;
use jwt_compact::{AlgorithmExt as _, Claims, Header, TimeOptions};
use serde::Serialize;

use super::claims::Members;
use super::proof::PROVEN_RS256;
use crate::id::SessionId;
use crate::{ClientId, Scopes, Timestamp, UserId};

/// `header.claims`: what RS256 signs.
#[derive(Debug)]
pub struct SigningInput(String);

impl SigningInput {
    /// The bytes to sign with RSASSA-PKCS1-v1_5 and SHA-256.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The finished token.
    pub fn with_signature(self, signature: &[u8]) -> String {
        format!("{}.{}", self.0, Base64UrlUnpadded::encode_string(signature))
    }

    /// `None` only if the claims cannot be written as JSON, which the types below always can.
    fn of(kid: &str, lifetime: i64, now: Timestamp, claims: &impl Serialize) -> Option<Self> {
        Self::with(kid, lifetime, now, Members::of(claims).ok()?)
    }

    fn with(kid: &str, lifetime: i64, now: Timestamp, claims: Members) -> Option<Self> {
        let header = Header::empty().with_key_id(kid).with_token_type("JWT");
        let clock = TimeOptions::new(Duration::zero(), move || now.to_utc());
        let claims = Claims::new(claims)
            .set_duration_and_issuance(&clock, Duration::seconds(lifetime))
            .set_not_before(now.to_utc());
        let unsigned = PROVEN_RS256.token(&header, &claims, &()).ok()?;
        Some(Self(unsigned.strip_suffix('.')?.to_owned()))
    }
}

/// A session JWT (Stytch: five minutes, renewed by the SDK).
#[derive(Serialize)]
pub struct SessionToken<'a> {
    /// The issuer: an origin, without a slash at its end.
    pub iss: &'a str,
    /// The person who logged in.
    pub sub: &'a UserId,
    /// The Stytch project.
    pub aud: [&'a str; 1],
    /// The session object: `id`, `started_at`, `last_accessed_at`, `expires_at`, `attributes`,
    /// `authentication_factors`, `roles`.
    #[serde(rename = "https://stytch.com/session")]
    pub session: Written,
}

impl SessionToken<'_> {
    /// How long the JWT is good, in seconds. The session goes on: the SDK asks for another JWT.
    pub const LIFETIME_SECONDS: i64 = 300;

    /// What to sign, with `iat` and `nbf` now and `exp` [`Self::LIFETIME_SECONDS`] later. `kid` names the key that will
    /// sign. `None` never happens: it would mean that the claims cannot be written as JSON.
    pub fn signing_input(&self, kid: &str, now: Timestamp) -> Option<SigningInput> {
        SigningInput::of(kid, Self::LIFETIME_SECONDS, now, self)
    }

    /// The session claim as Stytch writes it. `attributes` is an object, and `factors` a list of them.
    ///
    /// # Errors
    /// It cannot be written as JSON, which never happens.
    pub fn session_claim(
        id: &SessionId,
        started_at: Timestamp,
        last_accessed_at: Timestamp,
        expires_at: Timestamp,
        attributes: Written,
        factors: Written,
        roles: &[&str],
    ) -> json::Result<Written> {
        #[derive(Serialize)]
        struct Session<'a> {
            id: &'a SessionId,
            started_at: String,
            last_accessed_at: String,
            expires_at: String,
            attributes: Written,
            authentication_factors: Written,
            roles: &'a [&'a str],
        }
        Written::of(&Session {
            id,
            started_at: started_at.to_string(),
            last_accessed_at: last_accessed_at.to_string(),
            expires_at: expires_at.to_string(),
            attributes,
            authentication_factors: factors,
            roles,
        })
    }
}

/// An access token.
#[derive(Serialize)]
pub struct AccessToken<'a> {
    /// The issuer: an origin, without a slash at its end.
    pub iss: &'a str,
    /// The person who granted the access.
    pub sub: &'a UserId,
    /// The project, and the resource that the client asked for (RFC 8707).
    pub aud: [&'a str; 2],
    /// The client that the token was issued to (RFC 9068 section 2.2).
    pub client_id: &'a ClientId,
    /// What it opens, in one string parted by spaces (RFC 9068 section 2.2.3).
    pub scope: &'a Scopes,
    /// The token's own id (RFC 7519 section 4.1.7). The caller puts into it what leads back to the grant.
    pub jti: &'a str,
}

impl AccessToken<'_> {
    /// How long the token is good, in seconds, and `expires_in` of the token endpoint's answer (RFC 6749 section 5.1).
    pub const LIFETIME_SECONDS: i64 = 3600;

    /// What to sign, as of [`SessionToken::signing_input`].
    pub fn signing_input(&self, kid: &str, now: Timestamp) -> Option<SigningInput> {
        SigningInput::of(kid, Self::LIFETIME_SECONDS, now, self)
    }
}

/// An id token (OpenID Connect Core section 2). Its audience is the client, so neither check takes it for anything else.
#[derive(Serialize)]
pub struct IdToken<'a> {
    /// The issuer: an origin, without a slash at its end.
    pub iss: &'a str,
    /// The person who logged in: the same id as in the access token.
    pub sub: &'a UserId,
    /// The client.
    pub aud: [&'a ClientId; 1],
    /// `nonce` of the authorization request, unchanged; left out where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    /// When the person logged in, in seconds since 1970.
    pub auth_time: Timestamp,
    /// Claims about the person, as the scopes allow; members of the token itself.
    #[serde(flatten)]
    pub profile: UserProfile<'a>,
}

/// The claims about a person that scopes open (OpenID Connect Core section 5.4).
#[derive(Serialize, Default)]
pub struct UserProfile<'a> {
    /// With the scope `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
    /// Whether the person has shown that they read mail at `email`. Always there beside it, and true in what
    /// [`Self::within`] makes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
}

impl<'a> UserProfile<'a> {
    /// Only what the scopes allow.
    pub fn within(scopes: &Scopes, email: &'a str) -> Self {
        if scopes.contains("email") {
            Self { email: Some(email), email_verified: Some(true) }
        } else {
            Self::default()
        }
    }
}

impl IdToken<'_> {
    /// How long the token is good, in seconds. As a hint it is taken for [`HINT_LASTS_SECONDS`](super::HINT_LASTS_SECONDS)
    /// longer.
    pub const LIFETIME_SECONDS: i64 = 3600;

    /// What to sign, as of [`SessionToken::signing_input`].
    pub fn signing_input(&self, kid: &str, now: Timestamp) -> Option<SigningInput> {
        SigningInput::of(kid, Self::LIFETIME_SECONDS, now, self)
    }
}
