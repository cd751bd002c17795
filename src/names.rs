//! The names that no app may go by, since they are this product's, its identity provider's, or what the page calls the person
//! themselves. Whoever serves something else rewrites this file.

use std::borrow::Cow;

use text::name::{self, Reserved};

const RESERVED: Reserved = Reserved { names: &["TODOS", "TODO SERVICE", "YOU"], marks: &["STYTCH"] };

/// Whether a name may be taken for one of them.
pub(crate) fn is_reserved(name: &str) -> bool {
    name::is_reserved(name, RESERVED)
}

/// The name of an app as it may be shown: one that was taken under other rules, or was never checked, is shown without what
/// nobody sees in it, and as a claim where it would not be taken today.
pub(crate) fn shown(name: &str) -> Cow<'_, str> {
    name::shown(name, RESERVED)
}
