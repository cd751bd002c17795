//! What this server fetches at an address that a stranger chose: client metadata documents and key sets. Decided before
//! anything is sent (draft-ietf-oauth-client-id-metadata-document section 8.4, "Server Side Request Forgery").

use serde::{Deserialize, Serialize};
use whatwg_url::{Host, Url};

/// How far a fetch may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Names on the public internet, by https.
    Public,
    /// Also this machine, by http: for development and tests.
    PublicAndLoopback,
}

/// Why an address is not fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FetchRefusal {
    /// Not an https URL, or longer than a URL may be here.
    NotHttps,
    /// Not spelled the way URLs are compared: capitals in the host, a default port, dots in the path.
    NotCanonical,
    /// A user name or password, or an `@` anywhere.
    HasUserInfo,
    /// A `#` anywhere.
    HasFragment,
    /// A port of its own.
    HasPort,
    /// An address instead of a name.
    AddressLiteral,
    /// A name that means something only inside somebody's network, or no name at all.
    PrivateName,
}

impl FetchRefusal {
    /// One sentence for the developer of the client: how the address must be instead.
    pub const fn description(self) -> &'static str {
        match self {
            Self::NotHttps => "An address that is fetched must begin with https.",
            Self::NotCanonical => "An address that is fetched must be spelled as URLs are compared.",
            Self::HasUserInfo => "An address that is fetched must not contain a user name or password.",
            Self::HasFragment => "An address that is fetched must not have a fragment.",
            Self::HasPort => "An address that is fetched must not name a port.",
            Self::AddressLiteral | Self::PrivateName => {
                "An address that is fetched must name a host on the public internet."
            }
        }
    }
}

/// Top-level names that are reserved (RFC 2606, RFC 6762, RFC 8375, ICANN's `internal`, `corp`, `home` and `mail`), or that
/// networks and clusters use for themselves.
const PRIVATE_TOP_LEVEL_NAMES: [&str; 29] = [
    "alt",
    "arpa",
    "cluster",
    "consul",
    "corp",
    "dhcp",
    "docker",
    "domain",
    "example",
    "gateway",
    "home",
    "internal",
    "intra",
    "intranet",
    "invalid",
    "k8s",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "localnet",
    "mail",
    "onion",
    "pod",
    "private",
    "router",
    "svc",
    "test",
    "workgroup",
];

/// An address that may be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchUrl {
    text: String,
    host: String,
}

impl FetchUrl {
    /// The longest address that is fetched, in bytes.
    pub const MAX_LENGTH: usize = 2048;

    /// Reads an address that a stranger chose. Names are not resolved: that a public name leads to a private address is for
    /// the platform to prevent.
    ///
    /// # Errors
    /// One [`FetchRefusal`] for each reason.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, FetchRefusal> {
        if text.len() > Self::MAX_LENGTH {
            return Err(FetchRefusal::NotHttps);
        }
        let url = Url::parse(text).ok_or(FetchRefusal::NotHttps)?;
        let is_local = reach == Reach::PublicAndLoopback && url.scheme() == "http" && url.is_loopback();
        if url.scheme() != "https" && !is_local {
            return Err(FetchRefusal::NotHttps);
        }
        if url.has_user_info() || text.contains('@') {
            return Err(FetchRefusal::HasUserInfo);
        }
        if text.contains('#') {
            return Err(FetchRefusal::HasFragment);
        }
        if !is_local {
            check_host(&url)?;
        }
        // What the parser mended (dots in the path, backslashes, capitals) would be fetched under another name.
        if url.as_str() != text {
            return Err(FetchRefusal::NotCanonical);
        }
        let host = url.hostname().unwrap_or_default().to_owned();
        Ok(Self { text: text.to_owned(), host })
    }

    /// The URL as it was given, which is also how a URL parser writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host that is asked, without a port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether there is more to it than a host.
    pub(crate) fn has_path(&self) -> bool {
        // An https or http URL has a slash behind its authority.
        self.text.splitn(4, '/').nth(3).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('?'))
    }
}

fn check_host(url: &Url) -> Result<(), FetchRefusal> {
    let Some(Host::Domain(name)) = url.host() else { return Err(FetchRefusal::AddressLiteral) };
    if url.port().is_some() {
        return Err(FetchRefusal::HasPort);
    }
    let is_public = match name.rsplit_once('.') {
        Some((rest, top)) => {
            !PRIVATE_TOP_LEVEL_NAMES.contains(&top)
                && !top.is_empty()
                && rest.split('.').all(|label| !label.is_empty())
        }
        None => false,
    };
    if is_public { Ok(()) } else { Err(FetchRefusal::PrivateName) }
}

/// Whether a `Content-Type` says JSON: `application/json`, or a type that is JSON by its suffix (RFC 6839 section 3.1), in any
/// case (RFC 9110 section 8.3.1).
pub fn is_json(content_type: Option<&str>) -> bool {
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_but_public_https_is_ever_fetched() {
        use FetchRefusal as R;
        for (text, reason) in [
            ("http://claude.ai/c", R::NotHttps),
            ("ftp://claude.ai/c", R::NotHttps),
            ("file:///etc/passwd", R::NotHttps),
            ("data://x", R::NotHttps),
            ("http://localhost/c", R::NotHttps),
            ("http://127.0.0.1:8787/c", R::NotHttps),
            ("https://", R::NotHttps),
            ("https://user@claude.ai/c", R::HasUserInfo),
            ("https://user:pw@claude.ai/c", R::HasUserInfo),
            ("https://claude.ai@evil.com/c", R::HasUserInfo),
            ("https://claude.ai/c#x", R::HasFragment),
            ("https://claude.ai:8443/c", R::HasPort),
            ("https://claude.ai:443/c", R::NotCanonical),
            ("https://CLAUDE.ai/c", R::NotCanonical),
            ("https://claude.ai/a/../c", R::NotCanonical),
            ("https://claude.ai/./c", R::NotCanonical),
            ("https://claude.ai/%2e%2e/c", R::NotCanonical),
            ("https:\\\\claude.ai\\c", R::NotCanonical),
            ("https:///claude.ai/c", R::NotCanonical),
            ("https:claude.ai/c", R::NotCanonical),
            ("https://%63laude.ai/c", R::NotCanonical),
            ("https://claude.ai", R::NotCanonical),
            ("https://127.0.0.1/c", R::AddressLiteral),
            ("https://127.1/c", R::AddressLiteral),
            ("https://0x7f000001/c", R::AddressLiteral),
            ("https://2130706433/c", R::AddressLiteral),
            ("https://10.0.0.1/c", R::AddressLiteral),
            ("https://169.254.169.254/latest/meta-data", R::AddressLiteral),
            ("https://8.8.8.8/c", R::AddressLiteral),
            ("https://[::1]/c", R::AddressLiteral),
            ("https://[fd00::1]/c", R::AddressLiteral),
            ("https://[::ffff:127.0.0.1]/c", R::AddressLiteral),
            ("https://localhost/c", R::PrivateName),
            ("https://intranet/c", R::PrivateName),
            ("https://printer.local/c", R::PrivateName),
            ("https://metadata.google.internal/c", R::PrivateName),
            ("https://router.lan/c", R::PrivateName),
            ("https://x.home.arpa/c", R::PrivateName),
            ("https://x.localhost/c", R::PrivateName),
            ("https://x.onion/c", R::PrivateName),
            ("https://kubernetes.default.svc/c", R::PrivateName),
            ("https://vault.service.consul/c", R::PrivateName),
            ("https://claude.ai./c", R::PrivateName),
            ("https://a..b/c", R::PrivateName),
            ("https://a..com/c", R::PrivateName),
            ("https://.ai/c", R::PrivateName),
        ] {
            assert_eq!(FetchUrl::parse(text, Reach::Public), Err(reason), "{text}");
        }
        let long = format!("https://claude.ai/{}", "c".repeat(FetchUrl::MAX_LENGTH));
        assert_eq!(FetchUrl::parse(&long, Reach::Public), Err(R::NotHttps));
    }

    #[test]
    fn this_machine_is_in_reach_only_where_that_is_said() {
        for text in ["http://localhost:8787/c", "http://127.0.0.1/c", "http://[::1]:1/c"] {
            assert_eq!(FetchUrl::parse(text, Reach::PublicAndLoopback).unwrap().as_str(), text);
            assert_eq!(FetchUrl::parse(text, Reach::Public), Err(FetchRefusal::NotHttps));
        }
        for text in [
            "http://10.0.0.1/c",
            "http://claude.ai/c",
            "http://localhost.evil.com/c",
            "http://169.254.169.254/c",
        ] {
            assert_eq!(
                FetchUrl::parse(text, Reach::PublicAndLoopback),
                Err(FetchRefusal::NotHttps),
                "{text}"
            );
        }
    }

    #[test]
    fn a_path_is_more_than_a_slash() {
        for (text, has_path) in [
            ("https://a.example.com/", false),
            ("https://a.example.com/?x", false),
            ("https://a.example.com/c", true),
            ("https://a.example.com//", true),
        ] {
            assert_eq!(FetchUrl::parse(text, Reach::Public).unwrap().has_path(), has_path, "{text}");
        }
    }

    #[test]
    fn json_is_json_in_any_case() {
        for text in ["application/json", "Application/JSON; charset=utf-8", " application/jwk-set+JSON"] {
            assert!(is_json(Some(text)), "{text}");
        }
        for text in
            [None, Some(""), Some("text/html"), Some("text/json"), Some("application/jsonp"), Some("x+json")]
        {
            assert!(!is_json(text), "{text:?}");
        }
    }

    proptest! {
        /// Whatever is accepted is an https URL whose host is a public name, spelled exactly as it will be fetched.
        #[test]
        fn what_is_fetched_is_public(text in "(https|http|ftp)://[a-z0-9.@:\\[\\]%/\\\\-]{1,40}") {
            if let Ok(accepted) = FetchUrl::parse(&text, Reach::Public) {
                let url = Url::parse(accepted.as_str()).unwrap();
                prop_assert_eq!(url.scheme(), "https");
                prop_assert_eq!(url.as_str(), text);
                prop_assert!(matches!(url.host(), Some(Host::Domain(name)) if name.contains('.')));
                prop_assert_eq!(url.hostname(), Some(accepted.host()));
                prop_assert_eq!(url.port(), None);
            }
        }
    }
}
