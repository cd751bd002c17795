//! Verifying a token: who may have issued it, which key checks it, and what was verified a moment ago.

pub(crate) mod issued;
pub(crate) mod issuer;
mod stytch_keys;
pub(crate) mod verified_tokens;

use oauth::jwt::TokenRefusal;
use worker_kit::http::Failure;

pub(super) use issuer::{authorization_server, provider_policy, resource_at, resources};
pub(super) use verified_tokens::prove;

/// Why a token was not accepted.
pub(super) enum TokenError {
    /// It is not good.
    Refused(TokenRefusal),
    /// It could not be checked.
    Failed(Failure),
}

impl From<TokenRefusal> for TokenError {
    fn from(refusal: TokenRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Failure> for TokenError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
