//! What the token endpoint is asked for (OAuth 2.1 sections 4.1.3 and 4.3).

use crate::Scopes;
use crate::error::{OAuthError, OAuthErrorCode};
use crate::opaque::{OpaqueKind, OpaqueToken};
use crate::parameters::Parameters;
use crate::pkce::CodeVerifier;
use crate::resource::ResourceUri;

/// What the token endpoint is asked to exchange.
pub enum TokenRequest {
    /// `grant_type=authorization_code` (OAuth 2.1 section 4.1.3).
    Code {
        /// `code`: an opaque token of the kind [`OpaqueKind::AuthorizationCode`].
        code: OpaqueToken,
        /// Compared when it is sent (OAuth 2.1 section 10.2).
        redirect_uri: Option<String>,
        /// `code_verifier` (RFC 7636 section 4.5).
        verifier: CodeVerifier,
        /// Every `resource`, in canonical form; `None` for one that is no resource at all.
        resources: Vec<Option<ResourceUri>>,
    },
    /// `grant_type=refresh_token` (OAuth 2.1 section 4.3.1).
    Refresh {
        /// `refresh_token`: an opaque token of the kind [`OpaqueKind::RefreshToken`].
        token: OpaqueToken,
        /// A narrower set, if the client asks for one (RFC 6749 section 6).
        scopes: Option<Scopes>,
        /// Every `resource`, in canonical form; `None` for one that is no resource at all.
        resources: Vec<Option<ResourceUri>>,
    },
}

impl TokenRequest {
    /// Reads the parameters by `grant_type`. Whether what they name may be exchanged is not looked at.
    ///
    /// # Errors
    /// `invalid_request` for a missing parameter, `unsupported_grant_type`, `invalid_grant` for what is no token of ours.
    pub fn from_parameters(parameters: &Parameters) -> Result<Self, OAuthError> {
        let resources = parameters.all("resource").map(ResourceUri::parse).collect();
        match parameters.require("grant_type", "grant_type is required.")? {
            "authorization_code" => {
                let code = parameters.require("code", "code is required.")?;
                let verifier =
                    parameters.require("code_verifier", "code_verifier is required (RFC 7636).")?;
                Ok(Self::Code {
                    code: OpaqueToken::parse(OpaqueKind::AuthorizationCode, code)
                        .ok_or(OAuthError::invalid_grant("The authorization code is not valid."))?,
                    redirect_uri: parameters.get("redirect_uri").map(str::to_owned),
                    verifier: verifier.parse().map_err(|refusal: crate::pkce::PkceRefusal| {
                        OAuthError::invalid_request(refusal.description())
                    })?,
                    resources,
                })
            }
            "refresh_token" => {
                let token = parameters.require("refresh_token", "refresh_token is required.")?;
                let scopes = parameters.get("scope").map(str::parse).transpose().map_err(|_| {
                    OAuthError::new(OAuthErrorCode::InvalidScope, "scope is not a valid list of scopes.")
                })?;
                Ok(Self::Refresh {
                    token: OpaqueToken::parse(OpaqueKind::RefreshToken, token)
                        .ok_or(OAuthError::invalid_grant("The refresh token is not valid."))?,
                    scopes,
                    resources,
                })
            }
            _ => Err(OAuthError::new(
                OAuthErrorCode::UnsupportedGrantType,
                "grant_type must be authorization_code or refresh_token.",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::tests::form;

    #[test]
    fn each_refusal_has_its_code() {
        use OAuthErrorCode as Code;
        let verifier = "v".repeat(43);
        for (body, code) in [
            (String::new(), Code::InvalidRequest),
            ("grant_type=password".to_owned(), Code::UnsupportedGrantType),
            ("grant_type=authorization_code".to_owned(), Code::InvalidRequest),
            ("grant_type=authorization_code&code=x&redirect_uri=y".to_owned(), Code::InvalidRequest),
            (format!("grant_type=authorization_code&code=x&code_verifier={verifier}"), Code::InvalidGrant),
            ("grant_type=refresh_token".to_owned(), Code::InvalidRequest),
            ("grant_type=refresh_token&refresh_token=x".to_owned(), Code::InvalidGrant),
        ] {
            let refusal = TokenRequest::from_parameters(&form(&body).unwrap()).err();
            assert_eq!(refusal.map(|error| error.code), Some(code), "{body}");
        }
    }
}
