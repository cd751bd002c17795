//! Redirect URIs (OAuth 2.1 section 2.3, RFC 8252, RFC 9700 section 4.1): what may be registered, what matches it, and how
//! an answer is attached to it.
//!
//! A redirect URI is where a code is handed over, so it is compared as text. The one exception is RFC 8252 section 7.3: a
//! native app listens on a loopback port that it only learns at run time, so there any port matches.

use serde::Serialize;
use url::{Host, Url};

use crate::stored::Stored;

/// Private-use schemes without a dot that well-known MCP hosts still register. RFC 8252 section 7.1 asks for a
/// reverse domain name; PKCE keeps a code useless to another app that claims the same scheme.
const DOTLESS_APP_SCHEMES: [&str; 1] = ["cursor"];

/// A redirect URI that has passed [`RedirectUri::parse`], now or when it was registered. Keeps the client's own spelling.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "String")]
pub struct RedirectUri {
    text: String,
    url: Url,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectRefusal {
    TooLong,
    NotAbsolute,
    HasFragment,
    HasUserInfo,
    /// Plain http to anything but the loopback interface.
    InsecureHost,
    /// Neither https, nor http on loopback, nor a private-use scheme.
    ForbiddenScheme,
}

impl RedirectRefusal {
    pub const fn description(self) -> &'static str {
        match self {
            Self::TooLong => "A redirect URI may have at most 2048 characters.",
            Self::NotAbsolute => "A redirect URI must be an absolute URI.",
            Self::HasFragment => "A redirect URI must not have a fragment.",
            Self::HasUserInfo => "A redirect URI must not contain a user name or password.",
            Self::InsecureHost => "A redirect URI with http must point to a loopback address; use https.",
            Self::ForbiddenScheme => {
                "A redirect URI must use https, http on a loopback address, or a private-use scheme with a dot."
            }
        }
    }
}

impl RedirectUri {
    pub const MAX_LENGTH: usize = 2048;

    /// # Errors
    /// One [`RedirectRefusal`] for each reason.
    pub fn parse(text: &str) -> Result<Self, RedirectRefusal> {
        if text.len() > Self::MAX_LENGTH {
            return Err(RedirectRefusal::TooLong);
        }
        // The URL parser mends what it can (spaces, tabs, backslashes). What needs mending is not what will be compared.
        if !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return Err(RedirectRefusal::NotAbsolute);
        }
        if text.contains('#') {
            return Err(RedirectRefusal::HasFragment);
        }
        let url = Url::parse(text).map_err(|_| RedirectRefusal::NotAbsolute)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RedirectRefusal::HasUserInfo);
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(RedirectRefusal::InsecureHost),
            scheme if scheme.contains('.') || DOTLESS_APP_SCHEMES.contains(&scheme) => {}
            _ => return Err(RedirectRefusal::ForbiddenScheme),
        }
        Ok(Self { text: text.to_owned(), url })
    }

    /// Whether a request may use `self` given that the client registered `registered`.
    pub fn matches(&self, registered: &Self) -> bool {
        self.text == registered.text
            || (self.is_loopback() && self.without_port() == registered.without_port())
    }

    /// Whether only an app on the person's own machine can receive the answer.
    pub fn is_loopback(&self) -> bool {
        self.url.scheme() == "http" && is_loopback(&self.url)
    }

    /// The URI without its loopback port: what stays the same each time a native app asks (RFC 8252 section 7.3). Everything
    /// else is as the client spelled it, but for an empty path, which is `/` (RFC 3986 section 6.2.3).
    pub fn without_port(&self) -> String {
        let authority = self.text.split_once("://").filter(|_| self.is_loopback());
        let Some((scheme, rest)) = authority else { return self.text.clone() };
        let (authority, place) = match rest.find(['/', '?']).and_then(|end| rest.split_at_checked(end)) {
            Some((authority, place)) if place.starts_with('/') => (authority, place.to_owned()),
            Some((authority, query)) => (authority, format!("/{query}")),
            None => (rest, "/".to_owned()),
        };
        // The colons of an address literal stand in brackets.
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => host,
            _ => authority,
        };
        format!("{scheme}://{host}{place}")
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The URI with an answer added to its query (RFC 6749 section 4.1.2); what the client had there stays.
    pub fn with_answer<'a>(&self, answer: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let mut answer = answer.into_iter().peekable();
        if answer.peek().is_none() {
            return self.text.clone();
        }
        let mut url = self.url.clone();
        url.query_pairs_mut().extend_pairs(answer);
        url.into()
    }
}

/// RFC 8252 section 8.3 prefers the address literals; `localhost` is what most hosts in fact register.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl Stored for RedirectUri {
    /// Any URL is one.
    fn stored(text: String) -> Option<Self> {
        let url = Url::parse(&text).ok()?;
        Some(Self { text, url })
    }
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> Self {
        uri.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn uri(text: &str) -> RedirectUri {
        RedirectUri::parse(text).unwrap()
    }

    #[test]
    fn what_real_hosts_register_is_accepted() {
        for text in [
            "https://claude.ai/api/mcp/auth_callback",
            "https://chatgpt.com/connector/oauth/abc",
            "https://vscode.dev/redirect",
            "http://127.0.0.1:33418/",
            "http://localhost:8787/callback",
            "http://[::1]:9000/cb",
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "com.example.app:/oauth2redirect",
            "https://xn--bcher-kva.example/cb",
        ] {
            assert_eq!(uri(text).as_str(), text);
        }
    }

    #[test]
    fn the_rest_is_refused_with_its_reason() {
        use RedirectRefusal as R;
        for (text, reason) in [
            ("", R::NotAbsolute),
            ("/callback", R::NotAbsolute),
            ("https://", R::NotAbsolute),
            ("https://a.example/ b", R::NotAbsolute),
            ("https:\\\\a.example", R::NotAbsolute),
            ("https://bücher.example/cb", R::NotAbsolute),
            ("https://a.example/cb#x", R::HasFragment),
            ("https://a.example/cb#", R::HasFragment),
            ("https://user@a.example/cb", R::HasUserInfo),
            ("https://claude.ai:pw@evil.example/cb", R::HasUserInfo),
            ("http://a.example/cb", R::InsecureHost),
            ("http://localhost.evil.example/cb", R::InsecureHost),
            ("http://127.0.0.1.evil.example/cb", R::InsecureHost),
            ("http://0.0.0.0/cb", R::InsecureHost),
            ("javascript:alert(1)", R::ForbiddenScheme),
            ("JavaScript:alert(1)", R::ForbiddenScheme),
            ("data:text/html,x", R::ForbiddenScheme),
            ("file:///etc/passwd", R::ForbiddenScheme),
            ("blob:https://a.example/x", R::ForbiddenScheme),
            ("vbscript:x", R::ForbiddenScheme),
            ("myapp://cb", R::ForbiddenScheme),
            ("ws://a.example/", R::ForbiddenScheme),
        ] {
            assert_eq!(RedirectUri::parse(text), Err(reason), "{text}");
        }
        assert_eq!(RedirectUri::parse(&format!("https://a.example/{}", "a".repeat(2048))), Err(R::TooLong));
    }

    #[test]
    fn only_the_port_of_a_loopback_uri_may_differ() {
        let registered = uri("http://127.0.0.1:1234/cb?x=1");
        assert!(uri("http://127.0.0.1:9/cb?x=1").matches(&registered));
        assert!(uri("http://127.0.0.1/cb?x=1").matches(&registered));
        for other in [
            "http://127.0.0.1:1234/cb",
            "http://127.0.0.1:1234/cb2?x=1",
            "http://localhost:1234/cb?x=1",
            "http://127.0.0.1:9/x/../cb?x=1",
            "http://127.0.0.1:9/%63b?x=1",
            "http://127.0.0.1:9//cb?x=1",
        ] {
            assert!(!uri(other).matches(&registered), "{other}");
        }
        for (asked, registered) in [
            ("http://127.0.0.1:9", "http://127.0.0.1/"),
            ("http://127.0.0.1:9?x", "http://127.0.0.1/?x"),
            ("http://[::1]:9/cb", "http://[::1]/cb"),
            ("http://[::1]/cb", "http://[::1]:9/cb"),
        ] {
            assert!(uri(asked).matches(&uri(registered)), "{asked}");
        }
    }

    #[test]
    fn everything_else_matches_to_the_letter() {
        let registered = uri("https://a.example/cb");
        for other in [
            "https://a.example:444/cb",
            "https://a.example/cb/",
            "https://A.example/cb",
            "https://a.example/cb?",
        ] {
            assert!(!uri(other).matches(&registered), "{other}");
        }
    }

    #[test]
    fn an_answer_is_added_to_the_query_and_escaped() {
        let to = |text| uri(text).with_answer([("code", "a b"), ("state", "x&y=z")]);
        assert_eq!(to("https://a.example/cb"), "https://a.example/cb?code=a+b&state=x%26y%3Dz");
        assert_eq!(to("https://a.example/cb?k=v"), "https://a.example/cb?k=v&code=a+b&state=x%26y%3Dz");
        assert_eq!(uri("https://a.example/cb").with_answer([]), "https://a.example/cb");
        assert_eq!(to("com.example.app:/cb"), "com.example.app:/cb?code=a+b&state=x%26y%3Dz");
    }

    proptest! {
        #[test]
        fn an_answer_never_changes_where_it_goes(value in ".{0,60}") {
            let answer = uri("https://a.example/cb").with_answer([("state", value.as_str())]);
            let url = Url::parse(&answer).unwrap();
            prop_assert_eq!(url.origin().ascii_serialization(), "https://a.example");
            prop_assert_eq!(url.path(), "/cb");
            prop_assert_eq!(url.query_pairs().collect::<Vec<_>>(), vec![("state".into(), value.into())]);
        }

        #[test]
        fn any_text_is_refused_without_harm(text in ".{0,80}") {
            if let Ok(uri) = RedirectUri::parse(&text) {
                prop_assert!(!text.to_lowercase().starts_with("javascript:"));
                prop_assert_eq!(uri.as_str(), text);
            }
        }
    }
}
