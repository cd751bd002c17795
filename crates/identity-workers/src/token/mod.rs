//! Verifying a token: trusted issuers, their keys, and a cache of verified tokens.

pub(crate) mod issued;
pub(crate) mod issuer;
mod stytch_keys;
pub(crate) mod verified_tokens;

use oauth::jwt::TokenRefusal;

use crate::check_error::CheckError;

pub(super) use issuer::{authorization_server, provider_policy, resource_at, resources};
pub(super) use verified_tokens::prove;

/// Why a token was not accepted.
pub(super) type TokenError = CheckError<TokenRefusal>;

impl From<TokenRefusal> for TokenError {
    fn from(refusal: TokenRefusal) -> Self {
        Self::Refused(refusal)
    }
}
