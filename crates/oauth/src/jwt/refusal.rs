//! Why a token was not accepted.

/// One variant per reason. To the outside they are all `invalid_token` (RFC 6750 section 3.1): which check failed is
/// nothing a stranger needs to know, beyond [`TokenRefusal::description`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRefusal {
    /// Longer than [`super::Unverified::MAX_LENGTH`].
    TooLong,
    /// Not three base64url parts with a JSON header and JSON claims.
    Malformed,
    /// The header's `alg` is not RS256.
    UnsupportedAlgorithm,
    /// The header's `typ` is not `JWT`.
    UnsupportedType,
    /// The header has `crit` (RFC 7515 section 4.1.11): an extension that must be understood, and none is.
    UnsupportedExtension,
    /// The header has no `kid`.
    MissingKeyId,
    /// No key of the issuer has that `kid`.
    UnknownKey,
    /// The key says the signature is not its own.
    BadSignature,
    /// `exp` lies more than [`LEEWAY_SECONDS`](super::LEEWAY_SECONDS) back; for a hint,
    /// [`HINT_LASTS_SECONDS`](super::HINT_LASTS_SECONDS).
    Expired,
    /// `nbf` lies more than [`LEEWAY_SECONDS`](super::LEEWAY_SECONDS) ahead.
    NotYetValid,
    /// No `exp`, or one that lies implausibly far away.
    NoLifetime,
    /// `iss` is not one of [`TokenPolicy::issuers`](super::TokenPolicy::issuers).
    WrongIssuer,
    /// The project is not in `aud`.
    WrongAudience,
    /// An access token for another resource.
    WrongResource,
    /// `sub` is not a user id.
    NotAUser,
    /// A session JWT where an access token is needed.
    SessionTokenAsBearer,
    /// An access token, or anything else without the session claim, where a session JWT is needed.
    NotASession,
    /// Neither a session JWT nor an access token: `client_id` or `scope` is missing. An id token, for example.
    NotAnAccessToken,
    /// A token of another kind where an id token is needed.
    NotAnIdToken,
}

impl TokenRefusal {
    /// For the `error_description` of the challenge: helps the developer of an honest client, tells no secret.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Expired => "The token has expired.",
            Self::NotYetValid => "The token is not valid yet.",
            Self::WrongIssuer => "The token was issued by another authorization server.",
            Self::WrongAudience | Self::WrongResource => "The token was issued for another resource.",
            Self::SessionTokenAsBearer | Self::NotAnAccessToken => "The token is not an access token.",
            Self::NotASession => "The token is not a session.",
            Self::NotAnIdToken => "The token is not an id token.",
            Self::TooLong
            | Self::Malformed
            | Self::UnsupportedAlgorithm
            | Self::UnsupportedType
            | Self::UnsupportedExtension
            | Self::MissingKeyId
            | Self::UnknownKey
            | Self::BadSignature
            | Self::NoLifetime
            | Self::NotAUser => "The token is malformed or its signature is not valid.",
        }
    }
}
