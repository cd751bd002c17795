//! A request's headers, as the host lends them.

use std::borrow::Cow;

/// A request's headers, asked for one at a time: on most platforms each look costs something, and the engine looks only
/// at what the rules at hand need.
///
/// Any `Fn(&str) -> Option<String>` is a `Headers`, so a closure over the platform's own type will do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not how the engine asks for headers",
    label = "neither a `Headers` nor a function from a header's name to its value",
    note = "lend a closure over your own type: `&|name: &str| -> Option<String> {{ .. }}`"
)]
pub trait Headers {
    /// The value of a header, by its lower-case name; several values joined by `, `.
    fn get(&self, name: &str) -> Option<Cow<'_, str>>;
}

#[diagnostic::do_not_recommend]
impl<F: Fn(&str) -> Option<String>> Headers for F {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self(name).map(Cow::Owned)
    }
}

/// The white space HTTP allows around a value (RFC 9110 5.6.3).
pub(crate) fn trimmed(value: Cow<'_, str>) -> Cow<'_, str> {
    match value {
        Cow::Borrowed(value) => Cow::Borrowed(value.trim_matches([' ', '\t'])),
        Cow::Owned(value) => Cow::Owned(value.trim_matches([' ', '\t']).to_owned()),
    }
}
