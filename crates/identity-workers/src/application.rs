//! What identity has to know of the application whose users it authenticates.

use std::borrow::Cow;

use oauth::Scopes;
use text::name::{self, Reserved};

/// An application. There is one in a deployment, a constant of the root crate.
pub struct Application {
    /// The product's name for people. The embedded provider gives it to Stytch's SDK.
    pub name: &'static str,
    /// The scopes that the application uses.
    pub scopes: &'static [&'static str],
    /// The paths of the protected resources (RFC 8707), such as `/mcp`; `""` is the origin itself. The first is the default for a
    /// client that names none.
    pub resources: &'static [&'static str],
    /// Names that no connected app may have.
    pub reserved: Reserved,
}

impl Application {
    /// All of its scopes.
    pub(crate) fn all_scopes(&self) -> Scopes {
        Scopes::collect(self.scopes.iter().filter_map(|scope| scope.parse().ok()))
    }

    /// Whether a token's scopes permit anything here: it holds a scope of the application, or one of these is not in `required`.
    pub(crate) fn is_opened_by(&self, held: &Scopes, required: &Scopes) -> bool {
        self.scopes.iter().any(|scope| held.contains(scope) || !required.contains(scope))
    }

    /// Whether a connected app's name can be mistaken for a reserved one.
    pub(crate) fn is_reserved(&self, name: &str) -> bool {
        name::is_reserved(name, self.reserved)
    }

    /// The name of a connected app as it may be shown. Invisible characters are removed. A name that would be refused today (stored by
    /// an earlier version, or never checked) is shown as a claim.
    pub fn shown<'a>(&self, name: &'a str) -> Cow<'a, str> {
        name::shown(name, self.reserved)
    }
}
