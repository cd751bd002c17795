//! Redirect URIs (OAuth 2.1 section 2.3, RFC 8252, RFC 9700 section 4.1): what may be registered, what matches it, and how
//! an answer is attached to it.
//!
//! A redirect URI is where a code is handed over, so it is compared as text. The one exception is RFC 8252 section 7.3: a
//! native app listens on a loopback port that it only learns at run time, so there any port matches.
//!
//! [`RedirectUri::parse`] is the rule for what is registered. What was registered under earlier rules goes on working: it is
//! read from storage as it is, and a request that names it to the letter is answered there.

mod schemes;

use serde::{Deserialize, Serialize};
use whatwg_url::{Host, Url};

use crate::stored::Stored;

/// A redirect URI that may be registered, or was. Keeps the client's own spelling.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "String")]
pub struct RedirectUri {
    text: String,
    url: Url,
}

/// Why a URI cannot be a redirect URI. In a registration it is 400 `invalid_redirect_uri` (RFC 7591 section 3.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RedirectRefusal {
    /// More than [`RedirectUri::MAX_LENGTH`].
    TooLong,
    /// Not read as an absolute URI (RFC 3986 section 4.3): relative, a host and a port without a scheme, or with a
    /// backslash or anything but visible ASCII in it.
    NotAbsolute,
    /// The URL parser would read something else than is written: another host, another path.
    NotAsWritten,
    /// A `#` anywhere (RFC 6749 section 3.1.2).
    HasFragment,
    /// A user name or a password before the host.
    HasUserInfo,
    /// The query has a parameter of the answer in it.
    HoldsAnswer,
    /// Plain http to anything but the loopback interface.
    InsecureHost,
    /// A scheme that browsers or systems act on, or a protocol.
    ForbiddenScheme,
}

impl RedirectRefusal {
    /// The `error_description` of the answer. It says what the URI must be instead.
    pub const fn description(self) -> &'static str {
        match self {
            Self::TooLong => "A redirect URI may have at most 2048 characters.",
            Self::NotAbsolute => "A redirect URI must be an absolute URI.",
            Self::NotAsWritten => {
                "A redirect URI must be written the way it is compared: scheme, two slashes, host in lower case, no dots to resolve."
            }
            Self::HasFragment => "A redirect URI must not have a fragment.",
            Self::HasUserInfo => "A redirect URI must not contain a user name or password.",
            Self::HoldsAnswer => "The query of a redirect URI must not contain code, state, iss or error.",
            Self::InsecureHost => "A redirect URI with http must point to a loopback address; use https.",
            Self::ForbiddenScheme => {
                "A redirect URI must use https, http on a loopback address, or a private-use scheme of the app's own."
            }
        }
    }
}

/// What an answer to the client may have (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207). A client reads the first parameter
/// of a name, so one that is registered would be read in place of ours.
const ANSWER_PARAMETERS: [&str; 6] = ["code", "error", "error_description", "error_uri", "iss", "state"];

impl RedirectUri {
    /// In bytes, which are as many characters.
    pub const MAX_LENGTH: usize = 2048;

    /// A redirect URI as a client may register it.
    ///
    /// # Errors
    /// One [`RedirectRefusal`] for each reason.
    pub fn parse(text: &str) -> Result<Self, RedirectRefusal> {
        if text.len() > Self::MAX_LENGTH {
            return Err(RedirectRefusal::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return Err(RedirectRefusal::NotAbsolute);
        }
        if text.contains('#') {
            return Err(RedirectRefusal::HasFragment);
        }
        let url = Url::parse(text).ok_or(RedirectRefusal::NotAbsolute)?;
        if url.has_user_info() {
            return Err(RedirectRefusal::HasUserInfo);
        }
        match url.scheme() {
            "https" => {}
            "http" if url.is_loopback() => {}
            "http" => return Err(RedirectRefusal::InsecureHost),
            scheme if schemes::is_refused(scheme) => return Err(RedirectRefusal::ForbiddenScheme),
            // A host and a port, whose scheme was forgotten.
            _ if url.path().starts_with(|first: char| first.is_ascii_digit()) => {
                return Err(RedirectRefusal::NotAbsolute);
            }
            _ => {}
        }
        if !is_as_written(text, &url) {
            return Err(RedirectRefusal::NotAsWritten);
        }
        if url.query_pairs().any(|(name, _)| ANSWER_PARAMETERS.contains(&name.as_ref())) {
            return Err(RedirectRefusal::HoldsAnswer);
        }
        Ok(Self { text: text.to_owned(), url })
    }

    /// The redirect URI that a request names, if it is among those registered.
    pub fn among(text: &str, registered: &[Self]) -> Option<Self> {
        // To the letter first: what is registered may be such as could not be registered any more.
        registered.iter().find(|registered| registered.text == text).cloned().or_else(|| {
            let asked = Self::parse(text).ok()?;
            registered.iter().any(|registered| asked.matches(registered)).then_some(asked)
        })
    }

    /// Whether a request may use `self` given that the client registered `registered`.
    fn matches(&self, registered: &Self) -> bool {
        self.text == registered.text
            || (self.is_loopback() && self.without_port() == registered.without_port())
    }

    /// Whether a program on the person's own machine receives the answer, over the loopback interface or by a private-use
    /// scheme. Which program that is nobody can tell: whoever holds the port or claims the scheme.
    pub fn is_local(&self) -> bool {
        self.url.scheme() != "https" || leads_to_this_computer(&self.url)
    }

    /// RFC 8252 section 8.3 prefers the address literals; `localhost` is what most hosts in fact register.
    fn is_loopback(&self) -> bool {
        self.url.scheme() == "http" && self.url.is_loopback()
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

    /// The URI as the client spells it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The URI with an answer added to its query (RFC 6749 section 4.1.2); what the client had there stays.
    pub fn with_answer<'a>(&self, answer: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let mut answer = answer.into_iter().peekable();
        if answer.peek().is_none() {
            return self.text.clone();
        }
        self.url.with_query_pairs(answer)
    }
}

/// Whether the parser found nothing to mend. Two differences are none (RFC 3986 section 6.2.3): an empty path, and a port
/// that is the scheme's own.
fn is_as_written(text: &str, url: &Url) -> bool {
    let Some((scheme, rest)) = text.split_once("://").filter(|_| url.has_authority()) else {
        return text == url.as_str();
    };
    let (authority, place) =
        rest.find(['/', '?']).and_then(|end| rest.split_at_checked(end)).unwrap_or((rest, ""));
    let own_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    let authority = authority.strip_suffix(own_port).unwrap_or(authority);
    let slash = if own_port.is_empty() || place.starts_with('/') { "" } else { "/" };
    url.as_str() == format!("{scheme}://{authority}{slash}{place}")
}

/// Whether a browser asks its own computer at this URL: besides the loopback addresses at every name of `localhost`
/// (RFC 6761 section 6.3), at the unspecified address, and at any of these written as IPv6. Not all of them may be registered
/// with http, but each is a place where some program on the computer answers.
fn leads_to_this_computer(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => {
            let mapped = address.to_ipv4_mapped();
            address.is_loopback()
                || address.is_unspecified()
                || mapped.is_some_and(|address| address.is_loopback() || address.is_unspecified())
        }
        None => false,
    }
}

impl Stored for RedirectUri {
    /// Any text is one: it was a URL to the parser of that time, and was written as such.
    fn stored(text: String) -> Option<Self> {
        let url = Url::parse(&text).unwrap_or_else(|| Url::written(text.clone()));
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
            "http://127.0.0.1",
            "http://localhost?from=cli",
            "http://localhost:80/cb",
            "https://a.example:443",
            "https://a.example/cb?tenant=1&x=%7B%22a%22%7D",
            "https://a.example/%63b",
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "vscode://vscode.github-authentication/did-authenticate",
            "vscode-insiders://x/cb",
            "windsurf://codeium.windsurf/oauth",
            "warp://mcp/oauth2callback",
            "mcpjam://oauth/callback",
            "claude:/oauth",
            "spotify:callback",
            "com.example.app:/oauth2redirect",
            "com.example.app://cb?x=1",
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
            ("view-source:https://a.example/", R::ForbiddenScheme),
            ("about:blank", R::ForbiddenScheme),
            ("chrome-extension://abc/cb", R::ForbiddenScheme),
            ("x-safari-https://evil.example/cb", R::ForbiddenScheme),
            ("microsoft-edge-https://evil.example/cb", R::ForbiddenScheme),
            ("googlechrome-x-callback://x-callback-url/open/?url=x", R::ForbiddenScheme),
            ("firefox://open-url?url=x", R::ForbiddenScheme),
            ("opera-http://evil.example/cb", R::ForbiddenScheme),
            ("touch-https://evil.example/cb", R::ForbiddenScheme),
            ("moz-extension://abc/cb", R::ForbiddenScheme),
            ("web+app://cb", R::ForbiddenScheme),
            ("ms-settings:cb", R::ForbiddenScheme),
            ("MS-MSDT:/id", R::ForbiddenScheme),
            ("search-ms:query=x", R::ForbiddenScheme),
            ("shell:startup", R::ForbiddenScheme),
            ("intent://cb#Intent;end", R::HasFragment),
            ("intent://cb", R::ForbiddenScheme),
            ("itms-services://?action=download-manifest", R::ForbiddenScheme),
            ("x-apple.systempreferences:x", R::ForbiddenScheme),
            ("x-man-page://1/ls", R::ForbiddenScheme),
            ("x-help-script://x/x", R::ForbiddenScheme),
            ("x-web-search://?x", R::ForbiddenScheme),
            ("mailto:a@a.example", R::ForbiddenScheme),
            ("tel:110", R::ForbiddenScheme),
            ("ssh://a.example/", R::ForbiddenScheme),
            ("smb://a.example/share", R::ForbiddenScheme),
            ("ftp://a.example/", R::ForbiddenScheme),
            ("ws://a.example/", R::ForbiddenScheme),
            ("urn:ietf:wg:oauth:2.0:oob", R::ForbiddenScheme),
            ("localhost:3000/cb", R::ForbiddenScheme),
            ("a.example:3000/cb", R::NotAbsolute),
            ("my_app://cb", R::NotAbsolute),
            ("1password://cb", R::NotAbsolute),
            ("https:evil.example", R::NotAsWritten),
            ("https:/evil.example/cb", R::NotAsWritten),
            ("https:///evil.example/cb", R::NotAsWritten),
            ("https://@evil.example/", R::NotAsWritten),
            ("https://:@evil.example/", R::NotAsWritten),
            ("https://%65vil.example/cb", R::NotAsWritten),
            ("https://A.example/cb", R::NotAsWritten),
            ("HTTPS://a.example/cb", R::NotAsWritten),
            ("https://a.example:/cb", R::NotAsWritten),
            ("https://a.example:0443/cb", R::NotAsWritten),
            ("https://a.example/x/../cb", R::NotAsWritten),
            ("https://a.example/%2e%2e/cb", R::NotAsWritten),
            ("https://a.example/.%2E/cb", R::NotAsWritten),
            ("https://a.example/\"cb", R::NotAsWritten),
            ("http://0x7f.1/cb", R::NotAsWritten),
            ("http://127.1/cb", R::NotAsWritten),
            ("http://2130706433/cb", R::NotAsWritten),
            ("http://[0:0:0:0:0:0:0:1]/cb", R::NotAsWritten),
            ("http://LOCALHOST/cb", R::NotAsWritten),
            ("Cursor://x/cb", R::NotAsWritten),
            ("cursor://x/../cb", R::NotAsWritten),
            ("https://a.example/cb?code=x", R::HoldsAnswer),
            ("https://a.example/cb?x=1&state=x", R::HoldsAnswer),
            ("https://a.example/cb?iss", R::HoldsAnswer),
            ("https://a.example/cb?%63ode=x", R::HoldsAnswer),
            ("https://a.example/cb?error=x", R::HoldsAnswer),
            ("cursor://x/cb?code=x", R::HoldsAnswer),
            ("http://127.0.0.1/cb?code=x", R::HoldsAnswer),
        ] {
            assert_eq!(RedirectUri::parse(text), Err(reason), "{text}");
        }
        assert_eq!(RedirectUri::parse(&format!("https://a.example/{}", "a".repeat(2048))), Err(R::TooLong));
    }

    #[test]
    fn only_the_port_of_a_loopback_uri_may_differ() {
        let allows = |asked: &str, registered: &str| RedirectUri::among(asked, &[uri(registered)]).is_some();
        for (asked, registered) in [
            ("http://127.0.0.1:9/cb?x=1", "http://127.0.0.1:1234/cb?x=1"),
            ("http://127.0.0.1/cb?x=1", "http://127.0.0.1:1234/cb?x=1"),
            ("http://127.0.0.1:9", "http://127.0.0.1/"),
            ("http://127.0.0.1:9?x", "http://127.0.0.1/?x"),
            ("http://[::1]:9/cb", "http://[::1]/cb"),
            ("http://[::1]/cb", "http://[::1]:9/cb"),
        ] {
            assert!(allows(asked, registered), "{asked}");
        }
        for other in [
            "http://127.0.0.1:1234/cb",
            "http://127.0.0.1:1234/cb2?x=1",
            "http://localhost:1234/cb?x=1",
            "http://127.0.0.1:9/x/../cb?x=1",
            "http://127.0.0.1:9/%63b?x=1",
            "http://127.0.0.1:9//cb?x=1",
        ] {
            assert!(!allows(other, "http://127.0.0.1:1234/cb?x=1"), "{other}");
        }
    }

    #[test]
    fn everything_else_matches_to_the_letter() {
        for (registered, others) in [
            (
                "https://a.example/cb",
                ["https://a.example:444/cb", "https://a.example/cb/", "https://a.example/cb?"],
            ),
            ("vscode://a/cb", ["vscode://b/cb", "vscode://a/cb2", "vscode://a/cb?x=1"]),
            ("com.example.app:/cb", ["com.example.app://cb", "com.example.app:/cb/", "com.example.app:/cb?"]),
        ] {
            for other in others {
                assert!(!uri(other).matches(&uri(registered)), "{other}");
            }
        }
    }

    #[test]
    fn what_was_registered_under_earlier_rules_goes_on_working() {
        for text in [
            "https:a.example/cb",
            "https://a.example/cb?code=1",
            "http://0x7f.1/cb",
            "file:///cb",
            "https://a b.example/cb",
        ] {
            assert!(RedirectUri::parse(text).is_err());
            let stored = RedirectUri::stored(text.to_owned()).unwrap();
            assert_eq!(serde_json::to_value(&stored).unwrap(), text);
            assert_eq!(RedirectUri::among(text, &[stored]).unwrap().as_str(), text);
        }
        let registered = [uri("http://127.0.0.1/cb"), uri("https://a.example/cb")];
        let among = |text| RedirectUri::among(text, &registered).map(|uri| uri.text);
        assert_eq!(among("http://127.0.0.1:5/cb").as_deref(), Some("http://127.0.0.1:5/cb"));
        assert_eq!(among("https://a.example/cb").as_deref(), Some("https://a.example/cb"));
        assert_eq!(among("https://a.example/cb?x"), None);
        assert_eq!(among("http://127.1:5/cb"), None);
    }

    #[test]
    fn a_program_on_this_computer_is_told_from_a_website() {
        for text in
            ["http://127.0.0.1/cb", "http://[::1]/cb", "https://localhost/cb", "cursor://x/cb", "com.a.b:/cb"]
        {
            assert!(uri(text).is_local(), "{text}");
        }
        // What else leads to this computer, whatever stands there.
        for text in [
            "https://app.localhost/cb",
            "https://a.b.localhost:8443/cb",
            "https://localhost./cb",
            "https://app.localhost./cb",
            "https://127.0.0.2/cb",
            "https://0.0.0.0/cb",
            "https://[::]/cb",
            "https://[::ffff:7f00:1]/cb",
            "https://[::ffff:0:0]/cb",
        ] {
            assert!(uri(text).is_local(), "{text}");
        }
        for text in [
            "https://claude.ai/cb",
            "https://localhost.evil.example/cb",
            "https://notlocalhost/cb",
            "https://8.8.8.8/cb",
            "https://[::ffff:808:808]/cb",
        ] {
            assert!(!uri(text).is_local(), "{text}");
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
            prop_assert_eq!(url.origin().unwrap(), "https://a.example");
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

        /// Whoever reads the text and whoever parses it see the same host and the same path.
        #[test]
        fn what_is_registered_is_what_is_read(
            scheme in "https:|http:|[a-z]{3}:",
            rest in "[/@a-c0-9x.:%\\[\\]?=&]{0,24}"
        ) {
            let text = format!("{scheme}{rest}");
            let Ok(uri) = RedirectUri::parse(&text) else { return Ok(()) };
            prop_assert_eq!(uri.url.path().split('/').filter(|part| *part == "..").count(), 0);
            if uri.url.scheme() == "https" {
                let host = uri.url.hostname().unwrap();
                let after = text.strip_prefix("https://").and_then(|rest| rest.strip_prefix(host));
                prop_assert!(after.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', ':'])), "{}", text);
            }
        }
    }
}
