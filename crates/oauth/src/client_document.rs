//! Client id metadata documents (draft-ietf-oauth-client-id-metadata-document; MCP 2026-07-28, authorization): the
//! `client_id` is the https URL of a document in which the client says who it is. Nothing is registered.
//!
//! The server fetches an address that a stranger chose, so what may be fetched is decided here, before anything is
//! (RFC 9700 has no section on it; the draft's section 8.4 "Server Side Request Forgery" does).

use serde::Deserialize;
use url::{Host, Url};

use crate::ClientId;
use crate::registration::ClientMetadata;

/// How far a fetch may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Names on the public internet, by https.
    Public,
    /// Also this machine, by http: for development and tests.
    PublicAndLoopback,
}

/// Why a client cannot be identified by its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentRefusal {
    /// Not an https URL.
    NotHttps,
    /// Not spelled the way URLs are compared: capitals in the host, a default port, dots in the path.
    NotCanonical,
    HasUserInfo,
    HasFragment,
    /// The root of a host names nobody.
    NoPath,
    /// A port of its own.
    HasPort,
    /// An address instead of a name.
    AddressLiteral,
    /// A name that only means something inside somebody's network.
    PrivateName,
    /// The fetch failed, was redirected, or took too long.
    NotFetched,
    NotJson,
    TooLong,
    /// `client_id` in the document is not the URL it was fetched from.
    WrongClientId,
    /// Everybody can read it, so it cannot hold a secret.
    HasSecret,
    /// It wants to prove itself at the token endpoint in a way that is not offered.
    UnsupportedAuthMethod,
    /// What it says is not acceptable of any client.
    InvalidMetadata(&'static str),
}

impl DocumentRefusal {
    pub const fn description(self) -> &'static str {
        match self {
            Self::NotHttps => "A client_id that is a URL must begin with https.",
            Self::NotCanonical => "The client_id is not spelled as a URL is compared.",
            Self::HasUserInfo => "The client_id must not contain a user name or password.",
            Self::HasFragment => "The client_id must not have a fragment.",
            Self::NoPath => "The client_id must have a path.",
            Self::HasPort => "The client_id must not name a port.",
            Self::AddressLiteral | Self::PrivateName => {
                "The client_id must name a host on the public internet."
            }
            Self::NotFetched => "The app's metadata document could not be fetched.",
            Self::NotJson => "The app's metadata document is not a JSON object.",
            Self::TooLong => "The app's metadata document is longer than 10 KB.",
            Self::WrongClientId => "The app's metadata document is that of another client_id.",
            Self::HasSecret => "The app's metadata document must not contain a secret.",
            Self::UnsupportedAuthMethod => "The app's token_endpoint_auth_method must be none.",
            Self::InvalidMetadata(description) => description,
        }
    }
}

/// Top-level names that are reserved, or used inside networks only (RFC 2606, RFC 6762, RFC 8375, ICANN's `internal`).
const PRIVATE_TOP_LEVEL_NAMES: [&str; 15] = [
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "arpa",
    "test",
    "invalid",
    "example",
    "onion",
    "alt",
];

/// The URL of a document that may be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientDocumentUrl(String);

impl ClientDocumentUrl {
    /// Whether a client id claims to be a document at all. Registered ids have no colon.
    pub fn is_meant_by(client_id: &ClientId) -> bool {
        client_id.as_str().contains("://")
    }

    /// # Errors
    /// One [`DocumentRefusal`] for each reason not to fetch it.
    pub fn parse(client_id: &ClientId, reach: Reach) -> Result<Self, DocumentRefusal> {
        let text = client_id.as_str();
        let url = Url::parse(text).map_err(|_| DocumentRefusal::NotHttps)?;
        let is_local = reach == Reach::PublicAndLoopback && url.scheme() == "http" && is_loopback(&url);
        if url.scheme() != "https" && !is_local {
            return Err(DocumentRefusal::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
            return Err(DocumentRefusal::HasUserInfo);
        }
        if text.contains('#') {
            return Err(DocumentRefusal::HasFragment);
        }
        if !is_local {
            check_host(&url)?;
        }
        if url.path() == "/" {
            return Err(DocumentRefusal::NoPath);
        }
        // What the parser mended (dots in the path, backslashes, capitals) would be fetched under another name.
        if url.as_str() != text {
            return Err(DocumentRefusal::NotCanonical);
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_host(url: &Url) -> Result<(), DocumentRefusal> {
    let Some(Host::Domain(name)) = url.host() else { return Err(DocumentRefusal::AddressLiteral) };
    if url.port().is_some() {
        return Err(DocumentRefusal::HasPort);
    }
    match name.rsplit_once('.') {
        Some((rest, top))
            if !rest.is_empty() && !top.is_empty() && !PRIVATE_TOP_LEVEL_NAMES.contains(&top) =>
        {
            Ok(())
        }
        _ => Err(DocumentRefusal::PrivateName),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The longest document that is read, in bytes (the draft recommends 5 KB; some hosts list many redirect URIs).
pub const MAX_DOCUMENT_BYTES: usize = 10 * 1024;

/// How long a document is believed without another look, in seconds.
pub const FRESH_SECONDS: i64 = 3600;

/// How long it is believed when its host does not answer, in seconds.
pub const STALE_SECONDS: i64 = 24 * 3600;

/// Reads a document that was fetched from `url`.
///
/// # Errors
/// [`DocumentRefusal`] for a document that is not this client's, or not that of a client this server can serve.
pub fn read(url: &ClientDocumentUrl, body: &[u8]) -> Result<ClientMetadata, DocumentRefusal> {
    #[derive(Deserialize)]
    struct Document {
        client_id: Option<String>,
        client_secret: Option<serde_json::Value>,
        token_endpoint_auth_method: Option<String>,
    }
    if body.len() > MAX_DOCUMENT_BYTES {
        return Err(DocumentRefusal::TooLong);
    }
    let members: serde_json::Map<_, _> =
        serde_json::from_slice(body).map_err(|_| DocumentRefusal::NotJson)?;
    let document: Document =
        serde_json::from_value(serde_json::Value::Object(members)).map_err(|_| DocumentRefusal::NotJson)?;
    if document.client_id.as_deref() != Some(url.as_str()) {
        return Err(DocumentRefusal::WrongClientId);
    }
    if document.client_secret.is_some() {
        return Err(DocumentRefusal::HasSecret);
    }
    if document.token_endpoint_auth_method.is_some_and(|method| method != "none") {
        return Err(DocumentRefusal::UnsupportedAuthMethod);
    }
    ClientMetadata::from_request(body).map_err(|error| DocumentRefusal::InvalidMetadata(error.description))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn parse(text: &str, reach: Reach) -> Result<ClientDocumentUrl, DocumentRefusal> {
        ClientDocumentUrl::parse(&text.parse().unwrap(), reach)
    }

    #[test]
    fn what_real_hosts_use_is_accepted() {
        for text in [
            "https://claude.ai/oauth/mcp-oauth-client-metadata",
            "https://chatgpt.com/oauth/client.json",
            "https://vscode.dev/oauth/client-metadata.json",
            "https://a.example.com/c?x=1",
        ] {
            assert_eq!(parse(text, Reach::Public).unwrap().as_str(), text);
        }
    }

    #[test]
    fn nothing_else_is_ever_fetched() {
        use DocumentRefusal as R;
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
            ("https://claude.ai", R::NoPath),
            ("https://claude.ai/", R::NoPath),
            ("https://claude.ai:8443/c", R::HasPort),
            ("https://claude.ai:443/c", R::NotCanonical),
            ("https://CLAUDE.ai/c", R::NotCanonical),
            ("https://claude.ai/a/../c", R::NotCanonical),
            ("https://claude.ai/./c", R::NotCanonical),
            ("https://claude.ai/%2e%2e/c", R::NotCanonical),
            ("https:\\\\claude.ai\\c", R::NotCanonical),
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
            ("https://claude.ai./c", R::PrivateName),
            ("https://.ai/c", R::PrivateName),
        ] {
            assert_eq!(parse(text, Reach::Public), Err(reason), "{text}");
        }
    }

    #[test]
    fn this_machine_is_in_reach_only_where_that_is_said() {
        for text in ["http://localhost:8787/c", "http://127.0.0.1/c", "http://[::1]:1/c"] {
            assert_eq!(parse(text, Reach::PublicAndLoopback).unwrap().as_str(), text);
            assert_eq!(parse(text, Reach::Public), Err(DocumentRefusal::NotHttps));
        }
        for text in [
            "http://10.0.0.1/c",
            "http://claude.ai/c",
            "http://localhost.evil.com/c",
            "http://169.254.169.254/c",
        ] {
            assert_eq!(parse(text, Reach::PublicAndLoopback), Err(DocumentRefusal::NotHttps), "{text}");
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "json!(..) reads better at the call")]
    fn read_with(changes: Value) -> Result<ClientMetadata, DocumentRefusal> {
        let url = parse("https://a.example.com/c", Reach::Public).unwrap();
        let mut document = json!({
            "client_id": "https://a.example.com/c", "client_name": "A", "redirect_uris": ["http://127.0.0.1/cb"],
        });
        for (name, value) in changes.as_object().unwrap() {
            document[name] = value.clone();
        }
        read(&url, document.to_string().as_bytes())
    }

    #[test]
    fn a_document_speaks_for_its_own_address_and_holds_no_secret() {
        use DocumentRefusal as R;
        assert_eq!(read_with(json!({})).unwrap().client_name, "A");
        assert!(read_with(json!({"token_endpoint_auth_method": "none"})).is_ok());
        for (changes, reason) in [
            (json!({"client_id": null}), R::WrongClientId),
            (json!({"client_id": "https://b.example.com/c"}), R::WrongClientId),
            (json!({"client_id": "https://a.example.com/c/"}), R::WrongClientId),
            (json!({"client_id": 7}), R::NotJson),
            (json!({"client_secret": "x"}), R::HasSecret),
            (json!({"token_endpoint_auth_method": "client_secret_basic"}), R::UnsupportedAuthMethod),
            (json!({"token_endpoint_auth_method": "private_key_jwt"}), R::UnsupportedAuthMethod),
            (json!({"x": "y".repeat(10 * 1024)}), R::TooLong),
        ] {
            assert_eq!(read_with(changes.clone()).err(), Some(reason), "{changes}");
        }
        for changes in [
            json!({"redirect_uris": []}),
            json!({"redirect_uris": ["javascript:alert(1)"]}),
            json!({"client_name": "a\u{202e}b"}),
        ] {
            assert!(matches!(read_with(changes), Err(R::InvalidMetadata(_))));
        }
        let url = parse("https://a.example.com/c", Reach::Public).unwrap();
        for body in ["", "[]", "null", "{", "\"x\""] {
            assert_eq!(read(&url, body.as_bytes()).err(), Some(R::NotJson), "{body}");
        }
    }

    proptest! {
        /// Whatever is accepted is an https URL whose host is a public name, spelled exactly as it will be fetched.
        #[test]
        fn what_is_fetched_is_public(text in "(https|http|ftp)://[a-z0-9.@:\\[\\]%/\\\\-]{1,40}") {
            let url = text.parse::<ClientId>().ok().and_then(|id| ClientDocumentUrl::parse(&id, Reach::Public).ok());
            if let Some(url) = url {
                let url = Url::parse(url.as_str()).unwrap();
                prop_assert_eq!(url.scheme(), "https");
                prop_assert_eq!(url.as_str(), text);
                prop_assert!(matches!(url.host(), Some(Host::Domain(name)) if name.contains('.')));
                prop_assert_eq!(url.port(), None);
            }
        }
    }
}
