//! Dynamic client registration (RFC 7591), and what is known about a client however it made itself known. Anyone may register,
//! so everything has a limit and nothing a stranger sends is fetched or shown as an image.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use text::{
    Flaw,
    name::{self, Reserved},
};
use whatwg_url::Url;

use crate::error::{OAuthError, OAuthErrorCode};
use crate::fetch_policy::{FetchRefusal, FetchUrl, Reach};
use crate::jwt::{ClientKeySet, KeySetRefusal, SignatureAlgorithm};
use crate::redirect::{RedirectRefusal, RedirectUri};
use crate::{Scopes, stored, strict_json};

/// How a client proves who it is at the token endpoint (RFC 7591 section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// It cannot: a public client, held to its redirect URIs and PKCE.
    None,
    /// By a secret in `Authorization: Basic` (RFC 6749 section 2.3.1).
    ClientSecretBasic,
    /// By a secret in the body, as `client_secret` (RFC 6749 section 2.3.1).
    ClientSecretPost,
    /// By an assertion that it signs with a key of its own (OpenID Connect Core section 9).
    PrivateKeyJwt,
}

impl AuthMethod {
    /// The methods that are offered, by their names in metadata.
    pub const NAMES: [&'static str; 4] =
        ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"];

    fn named(name: &str) -> Option<Self> {
        match name {
            "none" => Some(Self::None),
            "client_secret_basic" => Some(Self::ClientSecretBasic),
            "client_secret_post" => Some(Self::ClientSecretPost),
            "private_key_jwt" => Some(Self::PrivateKeyJwt),
            _ => None,
        }
    }
}

/// What is known about a client: the part of its registration that this server acts on. What comes in is read by
/// [`ClientMetadata::from_request`], which checks it; what is stored, as it was taken then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientMetadata {
    /// Shown to people: one line of at most 100 characters, as [`name::check`] lets it pass. `Unnamed app` where the client
    /// gave none.
    pub client_name: String,
    /// Where answers go: 1 to [`Self::MAX_REDIRECT_URIS`], in the client's spelling.
    #[serde(deserialize_with = "stored::list")]
    pub redirect_uris: Vec<RedirectUri>,
    /// `authorization_code` and `refresh_token`, whatever the client listed.
    pub grant_types: Vec<String>,
    /// `code`, whatever else the client listed.
    pub response_types: Vec<String>,
    /// How it proves itself at the token, introspection and revocation endpoints. Left out, it is `none`, and not RFC
    /// 7591's `client_secret_basic`.
    pub token_endpoint_auth_method: AuthMethod,
    /// It may also come without proving anything: a document can offer `none` beside `private_key_jwt`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub offers_none: bool,
    /// The one algorithm of its assertions, by its name, if it chose one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// Its public keys, for `private_key_jwt`: given with the registration, or to be fetched. Never both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<ClientKeySet>,
    /// Where its public keys are fetched from: an address that [`FetchUrl::parse`] lets pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Where a person may be sent after logging out (OpenID Connect RP-Initiated Logout 1.0 section 3.1).
    #[serde(default, deserialize_with = "stored::list", skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// The client's page for people: an https URL of at most [`RedirectUri::MAX_LENGTH`] bytes. Anything else is dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// The scopes that it said it would ask for (RFC 7591 section 2). Reported back; what it may ask for is not limited by
    /// it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scopes>,
    /// Whether the client itself listed the grant `refresh_token`: it is then taken to ask for lasting access. `grant_types`
    /// cannot say so, since it holds what a client may use, and that is both grants for every one. False for what was stored
    /// before this was noted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lists_refresh_token: bool,
}

/// Why a client's description of itself is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MetadataRefusal {
    /// More than [`ClientMetadata::MAX_REQUEST_BYTES`].
    TooLong,
    /// No JSON object, one that has a member twice, or a member of the wrong type.
    Malformed,
    /// `redirect_uris` is missing or empty.
    NoRedirectUri,
    /// More than [`ClientMetadata::MAX_REDIRECT_URIS`] of `redirect_uris`.
    TooManyRedirectUris,
    /// More than [`ClientMetadata::MAX_REDIRECT_URIS`] of `post_logout_redirect_uris`.
    TooManyPostLogoutRedirectUris,
    /// A URI of `redirect_uris` or `post_logout_redirect_uris` cannot be registered.
    RedirectUri(RedirectRefusal),
    /// `grant_types` is given without `authorization_code`.
    GrantTypes,
    /// `response_types` is given without `code`.
    ResponseTypes,
    /// `token_endpoint_auth_method` is not one of [`AuthMethod::NAMES`].
    AuthMethod,
    /// `token_endpoint_auth_signing_alg` is not one of [`SignatureAlgorithm::NAMES`].
    SigningAlgorithm,
    /// `private_key_jwt` without keys, or with keys in two places.
    KeysMissingOrTwice,
    /// `jwks` is not a set that can be used.
    Keys(KeySetRefusal),
    /// `jwks_uri` is not an address that is fetched.
    KeysAddress(FetchRefusal),
    /// `client_name` is not fit to be shown to a person who is asked for consent.
    Name(NameRefusal),
    /// `scope` is malformed, or has more than 32 scopes.
    Scope,
}

impl MetadataRefusal {
    /// The `error_description` of the answer; for a client known by a document, what the person is shown.
    pub const fn description(self) -> &'static str {
        match self {
            Self::TooLong => "The registration request may have at most 16 KB.",
            Self::Malformed => {
                "The client's metadata must be a JSON object, each member given once and of the type that RFC 7591 gives it."
            }
            Self::NoRedirectUri => "redirect_uris must name at least one URI.",
            Self::TooManyRedirectUris => "redirect_uris may name at most 32 URIs.",
            Self::TooManyPostLogoutRedirectUris => "post_logout_redirect_uris may name at most 32 URIs.",
            Self::RedirectUri(refusal) => refusal.description(),
            Self::GrantTypes => "grant_types must include authorization_code.",
            Self::ResponseTypes => "response_types must include code.",
            Self::AuthMethod => {
                "token_endpoint_auth_method must be none, client_secret_basic, client_secret_post or private_key_jwt."
            }
            Self::SigningAlgorithm => {
                "token_endpoint_auth_signing_alg must be RS256, PS256, ES256, EdDSA or Ed25519."
            }
            Self::KeysMissingOrTwice => "private_key_jwt needs either jwks or jwks_uri.",
            Self::Keys(refusal) => refusal.description(),
            Self::KeysAddress(refusal) => refusal.description(),
            Self::Name(refusal) => refusal.description(),
            Self::Scope => "scope is not a valid list of scopes.",
        }
    }

    /// `invalid_redirect_uri` or `invalid_client_metadata` (RFC 7591 section 3.2.2).
    pub const fn to_error(self) -> OAuthError {
        let code = match self {
            Self::NoRedirectUri | Self::TooManyRedirectUris | Self::RedirectUri(_) => {
                OAuthErrorCode::InvalidRedirectUri
            }
            _ => OAuthErrorCode::InvalidClientMetadata,
        };
        OAuthError::new(code, self.description())
    }
}

/// How a client proves itself, and by what.
pub(crate) struct Authentication {
    pub(crate) method: AuthMethod,
    pub(crate) offers_none: bool,
    pub(crate) signing_alg: Option<String>,
    pub(crate) jwks: Option<ClientKeySet>,
    pub(crate) jwks_uri: Option<String>,
}

impl Authentication {
    /// One that takes no key.
    pub(crate) const fn without_key(method: AuthMethod) -> Self {
        Self { method, offers_none: false, signing_alg: None, jwks: None, jwks_uri: None }
    }

    /// `private_key_jwt`, with the keys that the members name.
    pub(crate) fn by_key(members: &Members, reach: Reach) -> Result<Self, MetadataRefusal> {
        let signing_alg = members.token_endpoint_auth_signing_alg.clone();
        if signing_alg.as_deref().is_some_and(|name| SignatureAlgorithm::named(name).is_none()) {
            return Err(MetadataRefusal::SigningAlgorithm);
        }
        let (jwks, jwks_uri) = match (&members.jwks, &members.jwks_uri) {
            (Some(jwks), None) => {
                (Some(ClientKeySet::from_members(jwks).map_err(MetadataRefusal::Keys)?), None)
            }
            (None, Some(address)) => {
                FetchUrl::parse(address, reach).map_err(MetadataRefusal::KeysAddress)?;
                (None, Some(address.clone()))
            }
            _ => return Err(MetadataRefusal::KeysMissingOrTwice),
        };
        Ok(Self { method: AuthMethod::PrivateKeyJwt, offers_none: false, signing_alg, jwks, jwks_uri })
    }
}

impl ClientMetadata {
    /// 16 KB: some hosts list a dozen redirect URIs.
    pub const MAX_REQUEST_BYTES: usize = 16 * 1024;
    /// Of redirect URIs, and of post-logout redirect URIs.
    pub const MAX_REDIRECT_URIS: usize = 32;

    /// Reads a registration request. `reach`: where its keys may be.
    ///
    /// As RFC 7591 section 2 allows, values that this server does not offer are replaced where that is harmless: hosts list
    /// grant types of other servers (`device_code`), and only what is left is registered and reported back. `null` means
    /// absent.
    ///
    /// # Errors
    /// One [`MetadataRefusal`] for each reason.
    pub fn from_request(body: &[u8], reach: Reach) -> Result<Self, MetadataRefusal> {
        if body.len() > Self::MAX_REQUEST_BYTES {
            return Err(MetadataRefusal::TooLong);
        }
        let members = Members::of(strict_json::object(body).map_err(|_| MetadataRefusal::Malformed)?)?;
        let all = |values: &Option<Vec<Value>>| -> Result<Vec<RedirectUri>, MetadataRefusal> {
            values.iter().flatten().map(redirect_uri).collect()
        };
        let authentication = match members.token_endpoint_auth_method.as_deref().map(AuthMethod::named) {
            None => Authentication::without_key(AuthMethod::None),
            Some(Some(AuthMethod::PrivateKeyJwt)) => Authentication::by_key(&members, reach)?,
            Some(Some(method)) => Authentication::without_key(method),
            Some(None) => return Err(MetadataRefusal::AuthMethod),
        };
        let (redirects, post_logout_redirects) =
            (all(&members.redirect_uris)?, all(&members.post_logout_redirect_uris)?);
        Self::new(members, redirects, post_logout_redirects, authentication)
    }

    /// What registrations and documents have in common.
    pub(crate) fn new(
        members: Members,
        redirect_uris: Vec<RedirectUri>,
        post_logout_redirect_uris: Vec<RedirectUri>,
        authentication: Authentication,
    ) -> Result<Self, MetadataRefusal> {
        if redirect_uris.is_empty() {
            return Err(MetadataRefusal::NoRedirectUri);
        }
        let grants = members.grant_types.unwrap_or_else(|| vec!["authorization_code".to_owned()]);
        if !grants.iter().any(|grant| grant == "authorization_code") {
            return Err(MetadataRefusal::GrantTypes);
        }
        let responses = members.response_types.unwrap_or_else(|| vec!["code".to_owned()]);
        if !responses.iter().any(|response| response == "code") {
            return Err(MetadataRefusal::ResponseTypes);
        }
        let scope = members.scope.map(|scope| scope.parse()).transpose();
        Ok(Self {
            client_name: display_name(members.client_name)?,
            redirect_uris,
            // Every client may refresh; whether it gets a refresh token is decided by scope (`offline_access`).
            grant_types: vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
            response_types: vec!["code".to_owned()],
            token_endpoint_auth_method: authentication.method,
            offers_none: authentication.offers_none,
            token_endpoint_auth_signing_alg: authentication.signing_alg,
            jwks: authentication.jwks,
            jwks_uri: authentication.jwks_uri,
            post_logout_redirect_uris,
            client_uri: members.client_uri.filter(|uri| is_web_page(uri)),
            scope: scope.map_err(|_| MetadataRefusal::Scope)?,
            lists_refresh_token: grants.iter().any(|grant| grant == "refresh_token"),
        })
    }

    /// Whether the client registered this authentication method; also `none`, where it offered that beside another.
    pub fn allows_authentication(&self, method: AuthMethod) -> bool {
        method == self.token_endpoint_auth_method || (method == AuthMethod::None && self.offers_none)
    }

    /// Whether it is a public client: it may authenticate with `none` (RFC 6749 section 2.1).
    pub fn is_public(&self) -> bool {
        self.allows_authentication(AuthMethod::None)
    }

    /// Whether it gets a secret when it is registered.
    pub fn has_secret(&self) -> bool {
        matches!(
            self.token_endpoint_auth_method,
            AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost
        )
    }

    /// The one algorithm that its assertions may have, if it chose one.
    pub fn signing_algorithm(&self) -> Option<SignatureAlgorithm> {
        self.token_endpoint_auth_signing_alg.as_deref().and_then(SignatureAlgorithm::named)
    }

    /// Where a person whom this client has log out is sent, if the client registered that address.
    pub fn post_logout_redirect(&self, text: &str) -> Option<RedirectUri> {
        RedirectUri::among(text, &self.post_logout_redirect_uris)
    }

    /// Where this client is answered, if it registered that address.
    pub fn redirect(&self, text: &str) -> Option<RedirectUri> {
        RedirectUri::among(text, &self.redirect_uris)
    }
}

/// One of the URIs of a list.
pub(crate) fn redirect_uri(value: &Value) -> Result<RedirectUri, MetadataRefusal> {
    let text = value.as_str().ok_or(MetadataRefusal::Malformed)?;
    RedirectUri::parse(text).map_err(MetadataRefusal::RedirectUri)
}

/// The members of a registration or a document, as clients send them. Unknown ones are ignored (RFC 7591 section 2), among
/// them `logo_uri`: an image chosen by a stranger has no place on a consent page. A member that is `null` is absent.
#[derive(Deserialize)]
pub(crate) struct Members {
    pub(crate) redirect_uris: Option<Vec<Value>>,
    pub(crate) post_logout_redirect_uris: Option<Vec<Value>>,
    client_name: Option<String>,
    client_uri: Option<String>,
    grant_types: Option<Vec<String>>,
    response_types: Option<Vec<String>>,
    pub(crate) token_endpoint_auth_method: Option<String>,
    /// Of documents, which can offer several.
    pub(crate) token_endpoint_auth_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_signing_alg: Option<String>,
    jwks: Option<Map<String, Value>>,
    jwks_uri: Option<String>,
    scope: Option<String>,
}

impl Members {
    pub(crate) fn of(members: Map<String, Value>) -> Result<Self, MetadataRefusal> {
        let read: Self = json::from_value(&Value::Object(members)).map_err(|_| MetadataRefusal::Malformed)?;
        let are_too_many = |values: &Option<Vec<Value>>| {
            values.as_ref().is_some_and(|all| all.len() > ClientMetadata::MAX_REDIRECT_URIS)
        };
        if are_too_many(&read.redirect_uris) {
            return Err(MetadataRefusal::TooManyRedirectUris);
        }
        if are_too_many(&read.post_logout_redirect_uris) {
            return Err(MetadataRefusal::TooManyPostLogoutRedirectUris);
        }
        Ok(read)
    }
}

/// A name fit for a consent page ([`name::check`]). Which names are reserved, the deployment knows.
fn display_name(sent: Option<String>) -> Result<String, MetadataRefusal> {
    let sent = sent.filter(|name| !name.trim().is_empty());
    let Some(sent) = sent else { return Ok("Unnamed app".to_owned()) };
    name::check(&sent, Reserved::NONE).map_err(|flaw| MetadataRefusal::Name(flaw.into()))
}

/// Why a name is not one that a client may go by ([`name::Flaw`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NameRefusal {
    /// Nothing in it can be seen ([`Flaw::Blank`]).
    Blank,
    /// A control character or the end of a line ([`Flaw::Control`]).
    Control,
    /// A character that nobody sees and nothing beside it needs ([`Flaw::Hidden`]).
    Hidden,
    /// More than four nonspacing marks on one character ([`Flaw::PiledMarks`]).
    PiledMarks,
    /// More than 100 characters or 400 bytes ([`name::LIMITS`]).
    TooLong,
    /// It reads like a sentence, or like several lines.
    Sentence,
    /// It has a web address in it.
    Address,
    /// It may be taken for a name that the deployment reserves.
    Reserved,
}

impl From<name::Flaw> for NameRefusal {
    fn from(flaw: name::Flaw) -> Self {
        match flaw {
            name::Flaw::Text(Flaw::Blank) => Self::Blank,
            name::Flaw::Text(Flaw::Control) => Self::Control,
            name::Flaw::Text(Flaw::Hidden(_)) => Self::Hidden,
            name::Flaw::Text(Flaw::PiledMarks) => Self::PiledMarks,
            name::Flaw::Text(Flaw::TooLong { .. } | Flaw::TooLarge { .. }) => Self::TooLong,
            name::Flaw::Sentence => Self::Sentence,
            name::Flaw::Address => Self::Address,
            name::Flaw::Reserved => Self::Reserved,
        }
    }
}

impl NameRefusal {
    const fn description(self) -> &'static str {
        match self {
            Self::Blank => "client_name has nothing in it that can be seen. Send a name, or none.",
            Self::Control => "client_name must be one line without control characters.",
            Self::Hidden => "client_name has a character in it that nobody sees. Leave it out.",
            Self::PiledMarks => "client_name has more than four marks on one character.",
            Self::TooLong => "client_name may have at most 100 characters.",
            Self::Sentence => "client_name reads like a sentence. Send a name of a few words.",
            Self::Address => "client_name has a web address in it. Send it as client_uri.",
            Self::Reserved => "client_name may be taken for a name that is reserved. Send your own.",
        }
    }
}

fn is_web_page(uri: &str) -> bool {
    uri.len() <= RedirectUri::MAX_LENGTH && Url::parse(uri).is_some_and(|url| url.scheme() == "https")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn register(request: &Value) -> Result<ClientMetadata, OAuthErrorCode> {
        from_body(request.to_string().as_bytes())
    }

    fn from_body(body: &[u8]) -> Result<ClientMetadata, OAuthErrorCode> {
        ClientMetadata::from_request(body, Reach::Public).map_err(|refusal| refusal.to_error().code)
    }

    fn with(member: &str, value: Value) -> Value {
        let mut request = json!({"redirect_uris": ["http://127.0.0.1:33418/"], "client_name": "VS Code"});
        request[member] = value;
        request
    }

    #[test]
    fn what_vs_code_sends_is_accepted_and_trimmed_to_what_is_offered() {
        let request = with(
            "grant_types",
            json!(["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]),
        );
        let client = register(&request).unwrap();
        assert_eq!(client.grant_types, ["authorization_code", "refresh_token"]);
        assert!(client.is_public());
    }

    #[test]
    fn each_refusal_has_its_code() {
        use OAuthErrorCode::{InvalidClientMetadata as Metadata, InvalidRedirectUri as Redirect};
        for (member, value, code) in [
            ("redirect_uris", json!([]), Redirect),
            ("redirect_uris", json!(["javascript:alert(1)"]), Redirect),
            ("redirect_uris", json!(vec!["https://a.example/cb"; 33]), Redirect),
            ("redirect_uris", json!("https://a.example/cb"), Metadata),
            ("grant_types", json!(["implicit"]), Metadata),
            ("response_types", json!(["token"]), Metadata),
            ("token_endpoint_auth_method", json!("private_key_jwt"), Metadata),
            ("token_endpoint_auth_method", json!("client_secret_jwt"), Metadata),
            ("client_name", json!("a".repeat(101)), Metadata),
            ("client_name", json!("Cla\u{202e}ude"), Metadata),
            ("client_name", json!("two\nlines"), Metadata),
            ("client_name", json!("\u{2800}"), Metadata),
            ("client_name", json!("Claude. You return to claude.ai"), Metadata),
            ("scope", json!("a\"b"), Metadata),
            ("post_logout_redirect_uris", json!(["javascript:alert(1)"]), Redirect),
            ("post_logout_redirect_uris", json!(vec!["https://a.example/bye"; 33]), Metadata),
        ] {
            assert_eq!(register(&with(member, value.clone())).err(), Some(code), "{member}: {value}");
        }
        for body in
            ["{", "[]", "null", r#"{"redirect_uris":["https://a.example/cb"],"scope":"a","scope":"b"}"#]
        {
            assert_eq!(from_body(body.as_bytes()).err(), Some(Metadata), "{body}");
        }
        let large = vec![b' '; ClientMetadata::MAX_REQUEST_BYTES + 1];
        assert_eq!(from_body(&large).err(), Some(Metadata));
    }

    #[test]
    fn null_means_absent() {
        for member in [
            "client_name",
            "post_logout_redirect_uris",
            "client_uri",
            "grant_types",
            "response_types",
            "token_endpoint_auth_method",
            "token_endpoint_auth_signing_alg",
            "jwks",
            "jwks_uri",
            "scope",
            "logo_uri",
        ] {
            let mut without = with(member, Value::Null);
            let nulled = register(&without);
            without.as_object_mut().unwrap().remove(member);
            assert!(nulled.is_ok(), "{member}");
            assert_eq!(nulled, register(&without), "{member}");
        }
        let none = register(&with("redirect_uris", Value::Null));
        assert_eq!(none.err(), Some(OAuthErrorCode::InvalidRedirectUri), "there must be one");
    }

    fn by_key(changes: &Value) -> Result<ClientMetadata, MetadataRefusal> {
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": "_".repeat(42) + "8"});
        let mut request = with("token_endpoint_auth_method", json!("private_key_jwt"));
        request["jwks"] = json!({ "keys": [jwk] });
        for (name, value) in changes.as_object().unwrap() {
            request[name] = value.clone();
        }
        ClientMetadata::from_request(request.to_string().as_bytes(), Reach::Public)
    }

    #[test]
    fn a_client_registers_its_keys_or_where_they_are() {
        let client = by_key(&json!({})).unwrap();
        assert_eq!(client.token_endpoint_auth_method, AuthMethod::PrivateKeyJwt);
        assert!(!client.is_public() && !client.has_secret() && client.jwks.is_some());
        let address = "https://keys.example.com/jwks.json";
        let client = by_key(&json!({"jwks": null, "jwks_uri": address})).unwrap();
        assert_eq!((client.jwks, client.jwks_uri.as_deref()), (None, Some(address)));
        let client = by_key(&json!({"token_endpoint_auth_signing_alg": "EdDSA"})).unwrap();
        assert_eq!(client.signing_algorithm(), Some(SignatureAlgorithm::EdDsa));
    }

    #[test]
    fn keys_that_prove_nothing_are_refused() {
        use MetadataRefusal as R;
        let oct = json!({"keys": [{"kty": "oct", "k": "x"}]});
        for (changes, reason) in [
            (json!({"jwks": null}), R::KeysMissingOrTwice),
            (json!({"jwks_uri": "https://keys.example.com/"}), R::KeysMissingOrTwice),
            (json!({"jwks": []}), R::Malformed),
            (json!({"jwks": {"keys": []}}), R::Keys(KeySetRefusal::NoUsableKey)),
            (json!({"jwks": oct}), R::Keys(KeySetRefusal::Secret)),
            (json!({"jwks": null, "jwks_uri": "http://a.com/k"}), R::KeysAddress(FetchRefusal::NotHttps)),
            (
                json!({"jwks": null, "jwks_uri": "https://10.0.0.1/k"}),
                R::KeysAddress(FetchRefusal::AddressLiteral),
            ),
            (json!({"jwks": null, "jwks_uri": "https://a.svc/k"}), R::KeysAddress(FetchRefusal::PrivateName)),
            (json!({"token_endpoint_auth_signing_alg": "HS256"}), R::SigningAlgorithm),
        ] {
            assert_eq!(by_key(&changes).err(), Some(reason), "{changes}");
        }
        // A client that does not use keys may say what it likes about them.
        let unused = json!({"token_endpoint_auth_method": "none", "jwks_uri": "http://a.com/k", "jwks": {}});
        let client = by_key(&unused).unwrap();
        assert_eq!((client.jwks, client.jwks_uri), (None, None));
    }

    #[test]
    fn registrations_of_earlier_versions_are_read() {
        let stored = r#"{"client_name":"A","redirect_uris":["http://127.0.0.1:1/"],"grant_types":["authorization_code",
            "refresh_token"],"response_types":["code"],"token_endpoint_auth_method":"client_secret_post"}"#;
        let client: ClientMetadata = json::from_str(stored).unwrap();
        assert!(client.has_secret() && !client.is_public() && !client.offers_none);
    }

    #[test]
    fn any_loopback_port_is_allowed_when_one_is_registered() {
        let client = register(&with("client_name", json!("x"))).unwrap();
        let allows = |text| client.redirect(text).is_some();
        assert!(allows("http://127.0.0.1:5/"));
        assert!(!allows("http://127.0.0.1:5/other"));
        assert!(!allows("https://evil.example/"));
    }
}
