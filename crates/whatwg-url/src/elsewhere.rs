//! Outside of a Worker: by the `url` crate.

use url::Url;

pub(crate) fn href(text: &str) -> Option<String> {
    Url::parse(text).ok().map(String::from)
}
