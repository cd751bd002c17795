//! Making tokens in the exact shape that Stytch gives them. The text up to the signature is built here; the
//! platform signs it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use jwt_compact::{AlgorithmExt as _, Claims, Header, TimeOptions};
use serde::Serialize;

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
        format!("{}.{}", self.0, URL_SAFE_NO_PAD.encode(signature))
    }

    /// `None` only if the claims cannot be written as JSON, which the types below always can.
    fn of(kid: &str, lifetime: i64, now: Timestamp, claims: impl Serialize) -> Option<Self> {
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
    pub iss: &'a str,
    pub sub: &'a UserId,
    pub aud: [&'a str; 1],
    /// The session object: `id`, `started_at`, `last_accessed_at`, `expires_at`, `attributes`,
    /// `authentication_factors`, `roles`.
    #[serde(rename = "https://stytch.com/session")]
    pub session: serde_json::Value,
}

impl SessionToken<'_> {
    pub const LIFETIME_SECONDS: i64 = 300;

    pub fn signing_input(&self, kid: &str, now: Timestamp) -> Option<SigningInput> {
        SigningInput::of(kid, Self::LIFETIME_SECONDS, now, self)
    }

    /// The session claim as Stytch writes it.
    pub fn session_claim(
        id: &SessionId,
        started_at: Timestamp,
        last_accessed_at: Timestamp,
        expires_at: Timestamp,
        attributes: &serde_json::Value,
        factors: &serde_json::Value,
        roles: &[String],
    ) -> serde_json::Value {
        serde_json::json!({
            "id": id,
            "started_at": started_at.to_string(),
            "last_accessed_at": last_accessed_at.to_string(),
            "expires_at": expires_at.to_string(),
            "attributes": attributes,
            "authentication_factors": factors,
            "roles": roles,
        })
    }
}

/// An access token.
#[derive(Serialize)]
pub struct AccessToken<'a> {
    pub iss: &'a str,
    pub sub: &'a UserId,
    /// The project, and the resource that the client asked for (RFC 8707).
    pub aud: [&'a str; 2],
    pub client_id: &'a ClientId,
    pub scope: &'a Scopes,
    pub jti: &'a str,
}

impl AccessToken<'_> {
    pub const LIFETIME_SECONDS: i64 = 3600;

    pub fn signing_input(&self, kid: &str, now: Timestamp) -> Option<SigningInput> {
        SigningInput::of(kid, Self::LIFETIME_SECONDS, now, self)
    }
}

/// An id token (OpenID Connect Core section 2). Its audience is the client, so neither check takes it for anything else.
#[derive(Serialize)]
pub struct IdToken<'a> {
    pub iss: &'a str,
    pub sub: &'a UserId,
    pub aud: [&'a ClientId; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    pub auth_time: Timestamp,
    #[serde(flatten)]
    pub profile: UserProfile<'a>,
}

/// The claims about a person that scopes open (OpenID Connect Core section 5.4).
#[derive(Serialize, Default)]
pub struct UserProfile<'a> {
    /// With the scope `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
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
    pub const LIFETIME_SECONDS: i64 = 3600;

    pub fn signing_input(&self, kid: &str, now: Timestamp) -> Option<SigningInput> {
        SigningInput::of(kid, Self::LIFETIME_SECONDS, now, self)
    }
}
