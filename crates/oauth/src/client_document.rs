//! Client id metadata documents (draft-ietf-oauth-client-id-metadata-document; MCP 2026-07-28, authorization): the
//! `client_id` is the https URL of a document in which the client says who it is. Nothing is registered.
//!
//! The server fetches an address that a stranger chose: what may be fetched is [`crate::fetch_policy`]'s to say.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ClientId;
use crate::fetch_policy::{FetchRefusal, FetchUrl, Reach};
use crate::redirect::RedirectUri;
use crate::registration::{
    AuthMethod, Authentication, ClientMetadata, Members, MetadataRefusal, redirect_uri,
};
use crate::strict_json;

/// Why a client cannot be identified by its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DocumentRefusal {
    /// The `client_id` is not an address that is fetched.
    Address(FetchRefusal),
    /// The root of a host names nobody.
    NoPath,
    /// The fetch failed, was redirected, or took too long.
    NotFetched,
    /// Not a JSON object, or one that has a member twice.
    NotJson,
    /// More than [`MAX_DOCUMENT_BYTES`].
    TooLong,
    /// `client_id` in the document is not the URL it was fetched from.
    WrongClientId,
    /// Everybody can read it, so it cannot hold a secret.
    HasSecret,
    /// It wants to prove itself at the token endpoint in no way that is offered.
    UnsupportedAuthMethod,
    /// What it says is not acceptable of any client.
    InvalidMetadata(MetadataRefusal),
}

impl DocumentRefusal {
    /// One sentence for the person whom the client sent here. Nothing of the document is in it.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Address(refusal) => refusal.description(),
            Self::NoPath => "The client_id must have a path.",
            Self::NotFetched => "The app's metadata document could not be fetched.",
            Self::NotJson => "The app's metadata document is not a JSON object with each member given once.",
            Self::TooLong => "The app's metadata document is longer than 10 KB.",
            Self::WrongClientId => "The app's metadata document is that of another client_id.",
            Self::HasSecret => "The app's metadata document must not contain a secret.",
            Self::UnsupportedAuthMethod => {
                "The app's token_endpoint_auth_method must be none or private_key_jwt."
            }
            Self::InvalidMetadata(refusal) => refusal.description(),
        }
    }
}

/// The URL of a document that may be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientDocumentUrl(FetchUrl);

impl ClientDocumentUrl {
    /// Whether a client id claims to be a document at all. Registered ids have no colon.
    pub fn is_meant_by(client_id: &ClientId) -> bool {
        client_id.as_str().contains("://")
    }

    /// The URL that a client id is, if it may be fetched and has a path.
    ///
    /// # Errors
    /// One [`DocumentRefusal`] for each reason not to fetch it.
    pub fn parse(client_id: &ClientId, reach: Reach) -> Result<Self, DocumentRefusal> {
        let url = FetchUrl::parse(client_id.as_str(), reach).map_err(DocumentRefusal::Address)?;
        if url.has_path() { Ok(Self(url)) } else { Err(DocumentRefusal::NoPath) }
    }

    /// The address to fetch, which is the `client_id` to the letter.
    pub const fn url(&self) -> &FetchUrl {
        &self.0
    }
}

/// The longest document that is read, in bytes (the draft recommends 5 KB; some hosts list many redirect URIs).
pub const MAX_DOCUMENT_BYTES: usize = 10 * 1024;

/// Reads a document that was fetched from `url`. `reach`: where its keys may be.
///
/// One redirect URI of it that is of no use here spoils only itself: hosts list one for every program they have.
///
/// # Errors
/// [`DocumentRefusal`] for a document that is not this client's, or not that of a client this server can serve.
pub fn read(url: &ClientDocumentUrl, body: &[u8], reach: Reach) -> Result<ClientMetadata, DocumentRefusal> {
    if body.len() > MAX_DOCUMENT_BYTES {
        return Err(DocumentRefusal::TooLong);
    }
    let members = strict_json::object(body).map_err(|_| DocumentRefusal::NotJson)?;
    if members.get("client_id").and_then(Value::as_str) != Some(url.url().as_str()) {
        return Err(DocumentRefusal::WrongClientId);
    }
    if has_secret(&members) {
        return Err(DocumentRefusal::HasSecret);
    }
    let members = Members::of(members).map_err(DocumentRefusal::InvalidMetadata)?;
    let authentication = authentication(&members, reach)?;
    let redirects = usable(members.redirect_uris.as_deref()).map_err(DocumentRefusal::InvalidMetadata)?;
    // Without any there is nowhere to go after logging out, and that is all.
    let post_logout_redirects = usable(members.post_logout_redirect_uris.as_deref()).unwrap_or_default();
    ClientMetadata::new(members, redirects, post_logout_redirects, authentication)
        .map_err(DocumentRefusal::InvalidMetadata)
}

/// Whether there is a `client_secret`, or anything about one; `null` as well.
fn has_secret(members: &Map<String, Value>) -> bool {
    members.keys().any(|name| name.starts_with("client_secret"))
}

/// The URIs of a list that can be used.
///
/// # Errors
/// Why the first one cannot, if none can.
fn usable(values: Option<&[Value]>) -> Result<Vec<RedirectUri>, MetadataRefusal> {
    let (mut usable, mut refusal) = (Vec::new(), None);
    for value in values.unwrap_or_default() {
        match redirect_uri(value) {
            Ok(uri) => usable.push(uri),
            Err(reason) => refusal = refusal.or(Some(reason)),
        }
    }
    match refusal {
        Some(refusal) if usable.is_empty() => Err(refusal),
        _ => Ok(usable),
    }
}

/// How the client proves itself. A document can offer several ways: `token_endpoint_auth_method` names the one that the
/// client prefers, `token_endpoint_auth_methods_supported` all that it can do. Ways that take a secret are none for it, since
/// there is nobody to issue one.
fn authentication(members: &Members, reach: Reach) -> Result<Authentication, DocumentRefusal> {
    let several = members.token_endpoint_auth_methods_supported.iter().flatten();
    let offered: Vec<_> = members.token_endpoint_auth_method.iter().chain(several).collect();
    let offers = |method: &str| offered.iter().any(|offered| *offered == method);
    let offers_none = offered.is_empty() || offers("none");
    if offers("private_key_jwt") {
        match Authentication::by_key(members, reach) {
            Ok(by_key) => return Ok(Authentication { offers_none, ..by_key }),
            Err(refusal) if !offers_none => return Err(DocumentRefusal::InvalidMetadata(refusal)),
            // Its keys are of no use here, and it can do without.
            Err(_) => {}
        }
    }
    if offers_none {
        Ok(Authentication::without_key(AuthMethod::None))
    } else {
        Err(DocumentRefusal::UnsupportedAuthMethod)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::KeySetRefusal;
    use crate::redirect::RedirectRefusal;
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
            assert_eq!(parse(text, Reach::Public).unwrap().url().as_str(), text);
        }
    }

    #[test]
    fn the_address_is_one_that_is_fetched_and_has_a_path() {
        use DocumentRefusal as R;
        for (text, reason) in [
            ("http://claude.ai/c", R::Address(FetchRefusal::NotHttps)),
            ("https://10.0.0.1/c", R::Address(FetchRefusal::AddressLiteral)),
            ("https://CLAUDE.ai/c", R::Address(FetchRefusal::NotCanonical)),
            ("https://claude.ai", R::Address(FetchRefusal::NotCanonical)),
            ("https://claude.ai/", R::NoPath),
            ("https://claude.ai/?c", R::NoPath),
        ] {
            assert_eq!(parse(text, Reach::Public), Err(reason), "{text}");
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
        read(&url, document.to_string().as_bytes(), Reach::Public)
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
            (json!({"client_id": 7}), R::WrongClientId),
            (json!({"client_secret": "x"}), R::HasSecret),
            (json!({"client_secret": null}), R::HasSecret),
            (json!({"client_secret_expires_at": 0}), R::HasSecret),
            (json!({"token_endpoint_auth_method": "client_secret_basic"}), R::UnsupportedAuthMethod),
            (
                json!({"token_endpoint_auth_methods_supported": ["client_secret_jwt"]}),
                R::UnsupportedAuthMethod,
            ),
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
        let twice = r#"{"client_id":"https://b.example.com/c","client_id":"https://a.example.com/c"}"#;
        for body in ["", "[]", "null", "{", "\"x\"", twice] {
            assert_eq!(read(&url, body.as_bytes(), Reach::Public).err(), Some(R::NotJson), "{body}");
        }
    }

    #[test]
    fn an_unusable_redirect_uri_spoils_only_itself() {
        let of = |uris: Value| read_with(json!({ "redirect_uris": uris })).map(|client| client.redirect_uris);
        let some = of(json!(["ftp://a.example/cb", "https://a.example/cb", 7, null, "javascript:alert(1)"]))
            .unwrap();
        assert_eq!(some, [RedirectUri::parse("https://a.example/cb").unwrap()]);
        let first = MetadataRefusal::RedirectUri(RedirectRefusal::ForbiddenScheme);
        assert_eq!(of(json!(["ftp://a.example/cb", 7])), Err(DocumentRefusal::InvalidMetadata(first)));
        for none in [json!([]), Value::Null] {
            let refusal = DocumentRefusal::InvalidMetadata(MetadataRefusal::NoRedirectUri);
            assert_eq!(of(none), Err(refusal));
        }
        let client = read_with(json!({"post_logout_redirect_uris": ["javascript:alert(1)"]})).unwrap();
        assert_eq!(client.post_logout_redirect_uris, []);
    }

    #[test]
    fn null_means_absent_but_for_the_client_id_and_secrets() {
        for member in [
            "client_name",
            "post_logout_redirect_uris",
            "client_uri",
            "grant_types",
            "response_types",
            "token_endpoint_auth_method",
            "token_endpoint_auth_methods_supported",
            "token_endpoint_auth_signing_alg",
            "jwks",
            "jwks_uri",
            "scope",
            "logo_uri",
        ] {
            assert!(read_with(json!({ member: null })).is_ok(), "{member}");
        }
    }

    #[test]
    fn a_document_offers_ways_to_prove_itself() {
        let uri = "https://chatgpt.com/oauth/jwks.json";
        let oct = json!({"keys": [{"kty": "oct", "k": "x"}]});
        let ways = |changes: Value| {
            let client = read_with(changes)?;
            Ok((client.token_endpoint_auth_method, client.offers_none, client.jwks_uri.is_some()))
        };
        let (by_key, public) = (AuthMethod::PrivateKeyJwt, AuthMethod::None);
        for (method, several, keys, outcome) in [
            (json!("private_key_jwt"), Value::Null, json!({"jwks_uri": uri}), (by_key, false, true)),
            (
                json!("private_key_jwt"),
                json!(["private_key_jwt"]),
                json!({"jwks_uri": uri}),
                (by_key, false, true),
            ),
            (
                json!("private_key_jwt"),
                json!(["none", "private_key_jwt"]),
                json!({"jwks_uri": uri}),
                (by_key, true, true),
            ),
            (json!("none"), json!(["private_key_jwt"]), json!({"jwks_uri": uri}), (by_key, true, true)),
            (Value::Null, json!(["private_key_jwt"]), json!({"jwks_uri": uri}), (by_key, false, true)),
            (Value::Null, json!([]), json!({"jwks_uri": uri}), (public, false, false)),
            (json!("none"), Value::Null, json!({"jwks_uri": uri}), (public, false, false)),
            (json!("client_secret_post"), json!(["none"]), json!({}), (public, false, false)),
            (json!("private_key_jwt"), json!(["none"]), json!({}), (public, false, false)),
            (json!("private_key_jwt"), json!(["none"]), json!({"jwks": oct}), (public, false, false)),
        ] {
            let mut changes = keys;
            changes["token_endpoint_auth_method"] = method;
            changes["token_endpoint_auth_methods_supported"] = several;
            assert_eq!(ways(changes.clone()), Ok(outcome), "{changes}");
        }
        let refused = |changes: Value, reason| {
            let mut document = changes;
            document["token_endpoint_auth_method"] = json!("private_key_jwt");
            assert_eq!(ways(document), Err(DocumentRefusal::InvalidMetadata(reason)));
        };
        refused(json!({}), MetadataRefusal::KeysMissingOrTwice);
        refused(
            json!({"jwks_uri": "https://10.0.0.1/k"}),
            MetadataRefusal::KeysAddress(FetchRefusal::AddressLiteral),
        );
        refused(json!({"jwks": oct}), MetadataRefusal::Keys(KeySetRefusal::Secret));
    }
}
