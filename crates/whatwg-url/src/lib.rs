#![doc = include_str!("../README.md")]

#[cfg(not(target_family = "wasm"))]
mod elsewhere;
#[cfg(target_family = "wasm")]
mod worker;

use std::net::{Ipv4Addr, Ipv6Addr};

#[cfg(not(target_family = "wasm"))]
use elsewhere::href;
#[cfg(target_family = "wasm")]
use worker::href;

/// An absolute URL (URL Standard, "URL serializing").
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Url {
    /// As a parser writes it, so that its parts are found by what stands between them.
    href: String,
}

/// A host (URL Standard, "Hosts").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host<'a> {
    /// A name; of schemes that are not a browser's own, whatever else stands there.
    Domain(&'a str),
    /// An address, written `127.0.0.1`.
    Ipv4(Ipv4Addr),
    /// An address, written `[::1]`.
    Ipv6(Ipv6Addr),
}

impl Url {
    /// Parses an absolute URL; `None` for anything else. A host with characters beyond ASCII is none (RFC 3986 section 3.2.2): whoever
    /// compares hosts would see another than is written.
    pub fn parse(text: &str) -> Option<Self> {
        let url = href(text).map(Self::written)?;
        let is_mapped =
            !text.is_ascii() && !text.to_ascii_lowercase().contains(url.hostname().unwrap_or_default());
        (!is_mapped).then_some(url)
    }

    /// A URL as a parser has written it: its parts are looked for where such a one has them, whatever the text is. No other text is to be
    /// trusted for where it leads.
    pub fn written(href: String) -> Self {
        Self { href }
    }

    /// As a parser writes it.
    pub fn as_str(&self) -> &str {
        &self.href
    }

    /// The scheme in lower case, without its colon.
    pub fn scheme(&self) -> &str {
        self.parts().scheme
    }

    /// Whether there is a place for a host, though it may be empty: two slashes behind the scheme.
    pub fn has_authority(&self) -> bool {
        self.parts().authority.is_some()
    }

    /// Whether there is a user name or a password before the host.
    pub fn has_user_info(&self) -> bool {
        self.parts().authority.is_some_and(|authority| authority.contains('@'))
    }

    /// The host as it is written, without a port; `None` where there is no place for one.
    pub fn hostname(&self) -> Option<&str> {
        self.parts().host_and_port().map(|(host, _)| host)
    }

    /// The host; `None` where there is no place for one, or nothing in it.
    pub fn host(&self) -> Option<Host<'_>> {
        let name = self.hostname().filter(|name| !name.is_empty())?;
        if let Some(address) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return address.parse().ok().map(Host::Ipv6);
        }
        let address = self.has_addresses().then(|| name.parse().ok()).flatten();
        Some(address.map_or(Host::Domain(name), Host::Ipv4))
    }

    /// Whether only programs on this machine answer there: at `localhost`, and at the loopback addresses. `localhost.example.com` is not
    /// such a name. Told by how a parser writes them: to parse addresses as well would take four kilobytes of code.
    pub fn is_loopback(&self) -> bool {
        let Some(name) = self.hostname() else { return false };
        let is_number = |label: &str| !label.is_empty() && label.bytes().all(|digit| digit.is_ascii_digit());
        let is_in_net_127 = |rest: &str| self.has_addresses() && rest.split('.').all(is_number);
        matches!(name, "localhost" | "[::1]") || name.strip_prefix("127.").is_some_and(is_in_net_127)
    }

    /// The port, unless it is the scheme's own.
    pub fn port(&self) -> Option<&str> {
        self.parts().host_and_port()?.1
    }

    /// The path; of a URL without a place for a host all that stands behind the scheme. Without query and fragment.
    pub fn path(&self) -> &str {
        self.parts().path
    }

    /// What stands behind the question mark.
    pub fn query(&self) -> Option<&str> {
        self.parts().query
    }

    /// The parameters of the query, decoded (URL Standard, "application/x-www-form-urlencoded parsing"), in their order.
    pub fn query_pairs(&self) -> form_urlencoded::Parse<'_> {
        form_urlencoded::parse(self.query().unwrap_or_default().as_bytes())
    }

    /// The URL with parameters added to its query, and without a fragment.
    pub fn with_query_pairs<'a>(&self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let mut text = self.href.split('#').next().unwrap_or_default().to_owned();
        if self.query().is_none() {
            text.push('?');
        }
        let start = text.find('?').map_or(text.len(), |mark| mark + 1);
        form_urlencoded::Serializer::for_suffix(text, start).extend_pairs(pairs).finish()
    }

    /// The origin of a URL with the scheme `http` or `https` (RFC 6454 section 6.2), such as `https://app.example.com:8443`; `None` of any
    /// other.
    pub fn origin(&self) -> Option<String> {
        let Parts { scheme, .. } = self.parts();
        if !matches!(scheme, "http" | "https") {
            return None;
        }
        let (host, port) = self.parts().host_and_port()?;
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Some(format!("{scheme}://{host}{port}"))
    }

    /// Whether its scheme is one in which a browser's own parser knows addresses of the form `127.0.0.1`.
    fn has_addresses(&self) -> bool {
        matches!(self.scheme(), "http" | "https" | "ws" | "wss" | "ftp" | "file")
    }

    fn parts(&self) -> Parts<'_> {
        let text = self.href.split('#').next().unwrap_or_default();
        let (scheme, rest) = text.split_once(':').unwrap_or_default();
        let (authority, place) = match rest.strip_prefix("//") {
            Some(rest) => {
                let end = rest.find(['/', '?']).unwrap_or(rest.len());
                let (authority, place) = rest.split_at_checked(end).unwrap_or((rest, ""));
                (Some(authority), place)
            }
            // A path that begins with two slashes is written with a dot before it, so that it is not taken for a host.
            None => (None, rest.strip_prefix("/.").filter(|path| path.starts_with("//")).unwrap_or(rest)),
        };
        let (path, query) = place.split_once('?').map_or((place, None), |(path, query)| (path, Some(query)));
        Parts { scheme, authority, path, query }
    }
}

struct Parts<'a> {
    scheme: &'a str,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn host_and_port(&self) -> Option<(&'a str, Option<&'a str>)> {
        let authority = self.authority?;
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        Some(match host.rsplit_once(':') {
            // The colons of an address stand in brackets.
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (host, None),
        })
    }
}
