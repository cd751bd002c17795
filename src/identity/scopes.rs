//! The scopes that this server has a use for.

use oauth::{Scope, Scopes};

use crate::{deployment::App, permissions::Permission};

/// Scopes that describe the person.
const IDENTITY_SCOPES: &str = "openid email profile";

/// The scopes that an agent is told to ask for (metadata, challenges), and that one which asks for none is taken to mean: all
/// that this server has a use for. `offline_access` is the agent's own business.
pub(crate) fn resource_scopes(app: &App) -> Scopes {
    scopes(IDENTITY_SCOPES).union(&scopes_of(&app.config.required_scopes))
}

pub(crate) fn scopes_of(permissions: &[Permission]) -> Scopes {
    Scopes::collect(permissions.iter().filter_map(|permission| permission.scope().parse::<Scope>().ok()))
}

/// Scopes written in this crate's own source.
pub(crate) fn scopes(text: &'static str) -> Scopes {
    text.parse().unwrap_or_default()
}
