//! Errors as the token, registration and authorization endpoints tell them (RFC 6749 sections 4.1.2.1 and 5.2, RFC 7591
//! section 3.2.2, RFC 8707 section 2, OpenID Connect Core section 3.1.2.6).

use std::fmt;

/// The error codes of the specifications, with the HTTP status each has when it is not sent by redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OAuthErrorCode {
    /// `invalid_request`, 400: a parameter is missing, repeated, malformed or too long (RFC 6749 sections 4.1.2.1 and 5.2).
    InvalidRequest,
    /// `invalid_client`, 401: the client is unknown, or has not proved that it is that client (RFC 6749 section 5.2).
    InvalidClient,
    /// `invalid_grant`, 400: the code or refresh token is none of ours, has ended, was used before, or is another client's
    /// (RFC 6749 section 5.2).
    InvalidGrant,
    /// `unauthorized_client`, 400: the client may not use this grant (RFC 6749 sections 4.1.2.1 and 5.2). Nothing in this
    /// crate refuses with it: every client may use both grants.
    UnauthorizedClient,
    /// `unsupported_grant_type`, 400: `grant_type` is neither `authorization_code` nor `refresh_token` (RFC 6749 section
    /// 5.2).
    UnsupportedGrantType,
    /// `unsupported_response_type`, 400: `response_type` is not `code` (RFC 6749 section 4.1.2.1).
    UnsupportedResponseType,
    /// `invalid_scope`, 400: `scope` is malformed, names nothing that can be granted, or asks for more than was granted
    /// (RFC 6749 sections 4.1.2.1 and 5.2).
    InvalidScope,
    /// `invalid_target`, 400: `resource` is none that tokens are issued for, or not that of the grant (RFC 8707 section 2).
    InvalidTarget,
    /// `access_denied`, 403 where it is not sent by redirect: the person said no (RFC 6749 section 4.1.2.1).
    AccessDenied,
    /// `login_required`, 400: `prompt=none`, and the person would have to log in (OpenID Connect Core section 3.1.2.6).
    LoginRequired,
    /// `consent_required`, 400: `prompt=none`, and the person would have to be asked (OpenID Connect Core section 3.1.2.6).
    ConsentRequired,
    /// `request_not_supported`, 400: the parameter `request` was sent (OpenID Connect Core section 3.1.2.6).
    RequestNotSupported,
    /// `request_uri_not_supported`, 400: the parameter `request_uri` was sent (OpenID Connect Core section 3.1.2.6).
    RequestUriNotSupported,
    /// `invalid_redirect_uri`, 400: a registration names no redirect URI, too many, or one that cannot be registered (RFC
    /// 7591 section 3.2.2).
    InvalidRedirectUri,
    /// `invalid_client_metadata`, 400: something else about a registration is not acceptable (RFC 7591 section 3.2.2).
    InvalidClientMetadata,
    /// `temporarily_unavailable`, 503: the same request may pass in a while (RFC 6749 section 4.1.2.1).
    TemporarilyUnavailable,
    /// Not of any RFC: Stytch's word beside its 429.
    TooManyRequests,
    /// `server_error`, 500: a fault of this server's own (RFC 6749 section 4.1.2.1). Nothing in this crate fails with it.
    ServerError,
}

impl OAuthErrorCode {
    /// The value of the member or parameter `error`, such as `invalid_request`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::AccessDenied => "access_denied",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::TooManyRequests => "too_many_requests",
            Self::ServerError => "server_error",
        }
    }

    /// The HTTP status of a response with this error in its body: 401 and 400 as RFC 6749 section 5.2 has them, others by
    /// what HTTP means. An error that is sent by redirect has none.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient => 401,
            Self::AccessDenied => 403,
            Self::TemporarilyUnavailable => 503,
            Self::TooManyRequests => 429,
            Self::ServerError => 500,
            _ => 400,
        }
    }
}

/// What a client is told: a code, and one sentence for its developer. Nothing internal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OAuthError {
    /// The member or parameter `error`.
    pub code: OAuthErrorCode,
    /// ASCII without `"` and `\` (RFC 6749 section 5.2).
    pub description: &'static str,
}

impl OAuthError {
    /// An error with any code. `description` becomes `error_description`, within the limits of [`Self::description`].
    pub const fn new(code: OAuthErrorCode, description: &'static str) -> Self {
        Self { code, description }
    }

    /// `invalid_request`, 400.
    pub const fn invalid_request(description: &'static str) -> Self {
        Self::new(OAuthErrorCode::InvalidRequest, description)
    }

    /// `invalid_grant`, 400.
    pub const fn invalid_grant(description: &'static str) -> Self {
        Self::new(OAuthErrorCode::InvalidGrant, description)
    }

    /// `invalid_client`, 401.
    pub const fn invalid_client(description: &'static str) -> Self {
        Self::new(OAuthErrorCode::InvalidClient, description)
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code.as_str(), self.description)
    }
}

impl std::error::Error for OAuthError {}
