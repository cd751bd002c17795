//! The cookies that this Worker reads (RFC 6265).
//!
//! A page on a sibling host, or on another port of this one, can plant a cookie of the same name: for a parent domain, or for a path,
//! where it comes before the right one. So a cookie with several different values is not used, and the response expires the planted
//! ones: all of that name but the one for this host and the path `/`, which is the right one.

use super::Request;

/// The values of one cookie in a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The request has no cookie of that name.
    None,
    /// The value as in the header, neither unquoted nor decoded. The same value several times counts once.
    One(String),
    /// Several values that differ.
    Several,
}

impl Request {
    /// The cookie of a name in the `Cookie` header. Names are case-sensitive (RFC 6265 section 5.3).
    pub fn cookie(&self, name: &str) -> Cookie {
        let header = self.header("cookie").unwrap_or_default();
        let mut found = Cookie::None;
        for (key, value) in header.split(';').filter_map(|pair| pair.trim().split_once('=')) {
            match &found {
                _ if key != name => {}
                Cookie::None => found = Cookie::One(value.to_owned()),
                Cookie::One(first) if first == value => {}
                Cookie::One(_) | Cookie::Several => return Cookie::Several,
            }
        }
        found
    }

    /// The values of `Set-Cookie` that expire the planted cookies of a name: for every path that is a prefix of this
    /// request's, with and without a slash at its end, here and in every parent domain.
    pub fn expire_planted(&self, name: &str) -> Vec<String> {
        let secure = if self.origin.is_secure() { "; Secure" } else { "" };
        let mut lines = Vec::new();
        for domain in std::iter::once(None).chain(parent_domains(self.origin.host()).map(Some)) {
            let attribute = domain.map(|domain| format!("; Domain={domain}")).unwrap_or_default();
            for path in prefixes(&self.path).filter(|path| domain.is_some() || path != "/") {
                let line = format!("{name}=; Path={path}; Max-Age=0{attribute}{secure}");
                // A partitioned cookie is another one, even if all else is the same.
                if self.origin.is_secure() {
                    lines.push(format!("{line}; Partitioned"));
                }
                lines.push(line);
            }
        }
        lines
    }
}

/// The most path segments for which cookies are expired. Those of this Worker have six segments at most.
const MAX_SEGMENTS: usize = 8;

/// `/`, `/api`, `/api/`, `/api/items`, … up to the path itself.
fn prefixes(path: &str) -> impl Iterator<Item = String> {
    let ends = path.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0).chain([path.len()]);
    let whole =
        ends.take(MAX_SEGMENTS).filter_map(|end| path.get(..end)).filter(|prefix| !prefix.ends_with('/'));
    std::iter::once("/".to_owned()).chain(whole.flat_map(|prefix| [prefix.to_owned(), format!("{prefix}/")]))
}

/// The host itself and the domains above it, but for the topmost, for which no browser keeps a cookie. An address has none.
fn parent_domains(host: &str) -> impl Iterator<Item = &str> {
    let is_name = host.contains('.') && host.ends_with(|last: char| last.is_ascii_alphabetic());
    let mut rest = is_name.then_some(host);
    std::iter::from_fn(move || {
        let domain = rest?;
        rest = domain.split_once('.').map(|(_, parent)| parent).filter(|parent| parent.contains('.'));
        Some(domain)
    })
}
