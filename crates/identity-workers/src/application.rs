//! What identity has to know of the application whose users it lets in.

use std::borrow::Cow;

use oauth::Scopes;
use text::name::{self, Reserved};

/// An application. There is one in a deployment, a constant of the root crate.
pub struct Application {
    /// The product's name for people. The embedded provider gives it to Stytch's SDK.
    pub name: &'static str,
    /// The scopes that the application gives a meaning to.
    pub scopes: &'static [&'static str],
    /// The paths below the origin of what access tokens are for (RFC 8707), such as `/mcp`; `""` is the origin itself. The first
    /// is meant by a client that does not say.
    pub resources: &'static [&'static str],
    /// Names that no connected app may go by.
    pub reserved: Reserved,
}

impl Application {
    /// All of its scopes.
    pub(crate) fn all_scopes(&self) -> Scopes {
        Scopes::collect(self.scopes.iter().filter_map(|scope| scope.parse().ok()))
    }

    /// Whether a token's scopes open anything here; `required` are those without which nothing of theirs may be done.
    pub(crate) fn is_opened_by(&self, held: &Scopes, required: &Scopes) -> bool {
        self.scopes.iter().any(|scope| held.contains(scope) || !required.contains(scope))
    }

    /// Whether a connected app's name may be taken for one that is reserved.
    pub(crate) fn is_reserved(&self, name: &str) -> bool {
        name::is_reserved(name, self.reserved)
    }

    /// The name of a connected app as it may be shown: one that was taken under other rules, or was never checked, is shown
    /// without what nobody sees in it, and as a claim where it would not be taken today.
    pub fn shown<'a>(&self, name: &'a str) -> Cow<'a, str> {
        name::shown(name, self.reserved)
    }
}
