//! The scopes that this server has a use for.

use oauth::Scopes;

use crate::deployment::Deployment;

/// Scopes that describe the person.
const IDENTITY_SCOPES: &str = "openid email profile";

/// The scopes that an agent is told to ask for (metadata, challenges), and that one which asks for none is taken to mean: all
/// that this server has a use for. `offline_access` is the agent's own business.
pub fn resource_scopes(deployment: &Deployment) -> Scopes {
    scopes(IDENTITY_SCOPES).union(&deployment.config.required_scopes)
}

/// Scopes written in this crate's own source.
pub(crate) fn scopes(text: &'static str) -> Scopes {
    text.parse().unwrap_or_default()
}
