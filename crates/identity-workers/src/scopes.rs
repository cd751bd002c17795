//! The scopes that this server uses.

use oauth::Scopes;

use crate::deployment::Deployment;

/// Scopes that describe the person.
const IDENTITY_SCOPES: &str = "openid email profile";

/// The scopes in metadata and challenges, and of a request without scopes: all that this server uses. `offline_access` is not among
/// them; an agent asks for it if it needs refresh tokens.
pub fn resource_scopes(deployment: &Deployment) -> Scopes {
    scopes(IDENTITY_SCOPES).union(&deployment.config.required_scopes)
}

/// Scopes written in this crate's own source.
pub(crate) fn scopes(text: &'static str) -> Scopes {
    text.parse().unwrap_or_default()
}
