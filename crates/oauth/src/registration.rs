//! Dynamic client registration (RFC 7591). Anyone may call it, so everything has a limit and nothing a stranger sends is
//! fetched or shown as an image.

use serde::{Deserialize, Serialize};
use text::{
    Flaw,
    name::{self, Reserved},
};

use crate::error::{OAuthError, OAuthErrorCode};
use crate::id::RegisteredClientId;
use crate::redirect::RedirectUri;
use crate::{Digest, Scopes, stored};

/// How a client proves who it is at the token endpoint (RFC 7591 section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// It cannot: a public client, held to its redirect URIs and PKCE.
    None,
    ClientSecretBasic,
    ClientSecretPost,
}

/// What is known about a client: the part of its registration that this server acts on. What comes in is read by
/// [`ClientMetadata::from_request`], which checks it; what is stored, as it was taken then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientMetadata {
    pub client_name: String,
    #[serde(deserialize_with = "stored::list")]
    pub redirect_uris: Vec<RedirectUri>,
    pub grant_types: Vec<String>,
    pub response_types: Vec<String>,
    pub token_endpoint_auth_method: AuthMethod,
    /// Where a person may be sent after logging out (OpenID Connect RP-Initiated Logout 1.0 section 3.1).
    #[serde(default, deserialize_with = "stored::list", skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scopes>,
    /// Whether the client itself listed the grant `refresh_token`: it is then taken to ask for lasting access. `grant_types`
    /// cannot say so, since it holds what a client may use, and that is both grants for every one. False for what was stored
    /// before this was noted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lists_refresh_token: bool,
}

impl ClientMetadata {
    /// 16 KB: some hosts list a dozen redirect URIs.
    pub const MAX_REQUEST_BYTES: usize = 16 * 1024;
    pub const MAX_REDIRECT_URIS: usize = 16;

    /// Reads a registration request.
    ///
    /// As RFC 7591 section 2 allows, values that this server does not offer are replaced where that is harmless: hosts list
    /// grant types of other servers (`device_code`), and only what is left is registered and reported back.
    ///
    /// # Errors
    /// `invalid_redirect_uri` or `invalid_client_metadata` (RFC 7591 section 3.2.2).
    pub fn from_request(body: &[u8]) -> Result<Self, OAuthError> {
        if body.len() > Self::MAX_REQUEST_BYTES {
            return Err(metadata_error("The registration request may have at most 16 KB."));
        }
        // By way of a map: serde would take an array for the object's members in order.
        let request: Request = serde_json::from_slice(body)
            .and_then(|members| serde_json::from_value(serde_json::Value::Object(members)))
            .map_err(|_| metadata_error("The body must be a JSON object as in RFC 7591."))?;

        if request.redirect_uris.is_empty() {
            return Err(redirect_error("redirect_uris must name at least one URI."));
        }
        if request.redirect_uris.len() > Self::MAX_REDIRECT_URIS {
            return Err(redirect_error("redirect_uris may name at most 16 URIs."));
        }
        if request.post_logout_redirect_uris.len() > Self::MAX_REDIRECT_URIS {
            return Err(metadata_error("post_logout_redirect_uris may name at most 16 URIs."));
        }
        let parse =
            |text: &String| RedirectUri::parse(text).map_err(|refusal| redirect_error(refusal.description()));
        let redirect_uris = request.redirect_uris.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let post_logout_redirect_uris =
            request.post_logout_redirect_uris.iter().map(parse).collect::<Result<Vec<_>, _>>()?;

        let grants = request.grant_types.unwrap_or_else(|| vec!["authorization_code".to_owned()]);
        if !grants.iter().any(|grant| grant == "authorization_code") {
            return Err(metadata_error("grant_types must include authorization_code."));
        }
        let responses = request.response_types.unwrap_or_else(|| vec!["code".to_owned()]);
        if !responses.iter().any(|response| response == "code") {
            return Err(metadata_error("response_types must include code."));
        }
        let token_endpoint_auth_method = match request.token_endpoint_auth_method.as_deref() {
            None | Some("none") => AuthMethod::None,
            Some("client_secret_basic") => AuthMethod::ClientSecretBasic,
            Some("client_secret_post") => AuthMethod::ClientSecretPost,
            Some(_) => {
                return Err(metadata_error(
                    "token_endpoint_auth_method must be none, client_secret_basic or client_secret_post.",
                ));
            }
        };
        let scope = request.scope.map(|scope| scope.parse()).transpose();
        Ok(Self {
            client_name: display_name(request.client_name)?,
            redirect_uris,
            // Every client may refresh; whether it gets a refresh token is decided by scope (`offline_access`).
            grant_types: vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
            response_types: vec!["code".to_owned()],
            token_endpoint_auth_method,
            post_logout_redirect_uris,
            client_uri: request.client_uri.filter(|uri| is_web_page(uri)),
            scope: scope.map_err(|_| metadata_error("scope is not a valid list of scopes."))?,
            lists_refresh_token: grants.iter().any(|grant| grant == "refresh_token"),
        })
    }

    pub fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == AuthMethod::None
    }

    /// The id that a public client with exactly this metadata has: hosts register anew on every start, and identical
    /// registrations must not pile up. A confidential client has a secret of its own and so an id of its own.
    pub fn shared_id(&self) -> Option<RegisteredClientId> {
        let canonical = serde_json::to_vec(self).ok()?;
        self.is_public().then(|| RegisteredClientId::from_uuid(Digest::of(&canonical).to_uuid()))
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

/// The request as clients send it. Unknown members are ignored (RFC 7591 section 2), among them `logo_uri`: an image chosen
/// by a stranger has no place on a consent page.
#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    #[serde(default)]
    client_name: Option<String>,
    #[serde(default)]
    client_uri: Option<String>,
    #[serde(default)]
    grant_types: Option<Vec<String>>,
    #[serde(default)]
    response_types: Option<Vec<String>>,
    #[serde(default)]
    token_endpoint_auth_method: Option<String>,
    #[serde(default)]
    scope: Option<String>,
}

/// A name fit for a consent page ([`name::check`]). Which names are reserved, the deployment knows.
fn display_name(sent: Option<String>) -> Result<String, OAuthError> {
    let sent = sent.filter(|name| !name.trim().is_empty());
    let Some(sent) = sent else { return Ok("Unnamed app".to_owned()) };
    name::check(&sent, Reserved::NONE).map_err(|flaw| metadata_error(name_refusal(flaw)))
}

/// What to tell a client about its name.
pub const fn name_refusal(flaw: name::Flaw) -> &'static str {
    match flaw {
        name::Flaw::Text(Flaw::Blank) => {
            "client_name has nothing in it that can be seen. Send a name, or none."
        }
        name::Flaw::Text(Flaw::Control) => "client_name must be one line without control characters.",
        name::Flaw::Text(Flaw::Hidden(_)) => {
            "client_name has a character in it that nobody sees. Leave it out."
        }
        name::Flaw::Text(Flaw::PiledMarks) => "client_name has more than four marks on one character.",
        name::Flaw::Text(Flaw::TooLong { .. } | Flaw::TooLarge { .. }) => {
            "client_name may have at most 100 characters."
        }
        name::Flaw::Sentence => "client_name reads like a sentence. Send a name of a few words.",
        name::Flaw::Address => "client_name has a web address in it. Send it as client_uri.",
        name::Flaw::Reserved => "client_name may be taken for a name that is reserved. Send your own.",
    }
}

fn is_web_page(uri: &str) -> bool {
    uri.len() <= RedirectUri::MAX_LENGTH && url::Url::parse(uri).is_ok_and(|url| url.scheme() == "https")
}

const fn metadata_error(description: &'static str) -> OAuthError {
    OAuthError::new(OAuthErrorCode::InvalidClientMetadata, description)
}

const fn redirect_error(description: &'static str) -> OAuthError {
    OAuthError::new(OAuthErrorCode::InvalidRedirectUri, description)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn register(request: &Value) -> Result<ClientMetadata, OAuthErrorCode> {
        ClientMetadata::from_request(request.to_string().as_bytes()).map_err(|error| error.code)
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
            ("redirect_uris", json!(vec!["https://a.example/cb"; 17]), Redirect),
            ("redirect_uris", json!("https://a.example/cb"), Metadata),
            ("grant_types", json!(["implicit"]), Metadata),
            ("response_types", json!(["token"]), Metadata),
            ("token_endpoint_auth_method", json!("private_key_jwt"), Metadata),
            ("client_name", json!("a".repeat(101)), Metadata),
            ("client_name", json!("Cla\u{202e}ude"), Metadata),
            ("client_name", json!("two\nlines"), Metadata),
            ("client_name", json!("\u{2800}"), Metadata),
            ("client_name", json!("Claude. You return to claude.ai"), Metadata),
            ("scope", json!("a\"b"), Metadata),
            ("post_logout_redirect_uris", json!(["javascript:alert(1)"]), Redirect),
            ("post_logout_redirect_uris", json!(vec!["https://a.example/bye"; 17]), Metadata),
        ] {
            assert_eq!(register(&with(member, value.clone())).err(), Some(code), "{member}: {value}");
        }
        for body in ["{", "[]", "null"] {
            let refusal = ClientMetadata::from_request(body.as_bytes()).err();
            assert_eq!(refusal.map(|error| error.code), Some(Metadata), "{body}");
        }
        let large = vec![b' '; ClientMetadata::MAX_REQUEST_BYTES + 1];
        assert_eq!(ClientMetadata::from_request(&large).err().map(|error| error.code), Some(Metadata));
    }

    #[test]
    fn identical_public_clients_share_an_id_and_confidential_ones_do_not() {
        let id = |request: Value| register(&request).unwrap().shared_id();
        assert_eq!(id(with("logo_uri", json!("https://a"))), id(with("logo_uri", json!("https://b"))));
        assert_ne!(id(with("client_name", json!("A"))), id(with("client_name", json!("B"))));
        assert_eq!(id(with("token_endpoint_auth_method", json!("client_secret_post"))), None);
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
