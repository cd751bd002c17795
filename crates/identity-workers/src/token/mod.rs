//! Verifying a token: who may have issued it, which key checks it, and what was verified a moment ago.

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
