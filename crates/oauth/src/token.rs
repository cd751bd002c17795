//! Requests to the token endpoint and its relatives: parameters, client authentication, grants (RFC 6749 sections 2.3, 4.1.3,
//! 6; RFC 7009; RFC 7662). Form bodies as the RFCs have them, JSON bodies as Stytch also accepts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize as _;

use crate::error::{OAuthError, OAuthErrorCode};
use crate::opaque::{OpaqueKind, OpaqueToken};
use crate::pkce::CodeVerifier;
use crate::registration::AuthMethod;
use crate::resource::ResourceUri;
use crate::{ClientId, Digest, Scopes};

/// The parameters of a request. Only `resource` may be repeated (RFC 6749 section 3.2, RFC 8707 section 2).
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub const MAX_BODY_BYTES: usize = 16 * 1024;

    /// Reads a body by its content type; anything that is not JSON is taken for a form, which is what the RFCs ask of every client.
    ///
    /// # Errors
    /// `invalid_request` for a body that is too long, cannot be read, or repeats a parameter.
    pub fn from_body(content_type: Option<&str>, body: &[u8]) -> Result<Self, OAuthError> {
        if body.len() > Self::MAX_BODY_BYTES {
            return Err(OAuthError::invalid_request("The request may have at most 16 KB."));
        }
        let media_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let pairs = if media_type.eq_ignore_ascii_case("application/json") {
            pairs_of_json(body)?
        } else {
            url::form_urlencoded::parse(body).into_owned().collect()
        };
        let repeated = pairs.iter().enumerate().any(|(index, (name, _))| {
            name != "resource" && pairs.iter().take(index).any(|(earlier, _)| earlier == name)
        });
        if repeated {
            return Err(OAuthError::invalid_request("A parameter is given more than once."));
        }
        Ok(Self(pairs))
    }

    /// A parameter; one without a value counts as left out (RFC 6749 section 3.1).
    pub fn get(&self, name: &'static str) -> Option<&str> {
        self.all(name).next()
    }

    pub fn all(&self, name: &'static str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(other, value)| other == name && !value.is_empty());
        named.map(|(_, value)| value.as_str())
    }

    fn require(&self, name: &'static str, missing: &'static str) -> Result<&str, OAuthError> {
        self.get(name).ok_or(OAuthError::invalid_request(missing))
    }
}

/// The members of a JSON object that are texts or lists of texts.
fn pairs_of_json(body: &[u8]) -> Result<Vec<(String, String)>, OAuthError> {
    use serde_json::Value;
    // Read as a list of pairs and not as a map, so that a member given twice is noticed.
    struct Pairs(Vec<(String, Value)>);
    impl<'de> serde::Deserialize<'de> for Pairs {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Pairs;

                fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    formatter.write_str("an object")
                }

                fn visit_map<M: serde::de::MapAccess<'de>>(self, mut map: M) -> Result<Pairs, M::Error> {
                    let mut pairs = Vec::new();
                    while let Some(pair) = map.next_entry()? {
                        pairs.push(pair);
                    }
                    Ok(Pairs(pairs))
                }
            }
            deserializer.deserialize_map(Visitor)
        }
    }
    let invalid = OAuthError::invalid_request("The body must be a JSON object of texts.");
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let members = Pairs::deserialize(&mut deserializer).map_err(|_| invalid)?;
    deserializer.end().map_err(|_| invalid)?;
    let mut pairs = Vec::new();
    for (name, value) in members.0 {
        match value {
            Value::Null => {}
            Value::String(text) => pairs.push((name, text)),
            Value::Array(values) => {
                for value in values {
                    let Value::String(text) = value else { return Err(invalid) };
                    pairs.push((name.clone(), text));
                }
            }
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => return Err(invalid),
        }
    }
    Ok(pairs)
}

/// Who the client says it is, and the secret it brings along.
#[derive(Clone)]
pub struct PresentedClient {
    pub id: ClientId,
    secret: Option<String>,
}

impl PresentedClient {
    /// Reads `Authorization: Basic` or the body; using both is refused (RFC 6749 section 2.3).
    ///
    /// # Errors
    /// `invalid_client` without or with unreadable credentials, `invalid_request` for two kinds at once.
    pub fn from_request(authorization: Option<&str>, parameters: &Parameters) -> Result<Self, OAuthError> {
        let in_body = parameters.get("client_id");
        let secret = parameters.get("client_secret");
        let Some(basic) = basic_value(authorization) else {
            let id = in_body.ok_or(OAuthError::invalid_client("client_id is required."))?;
            return Ok(Self { id: parse_client_id(id)?, secret: secret.map(str::to_owned) });
        };
        let (id, basic_secret) =
            decode_basic(basic).ok_or(OAuthError::invalid_client("The Basic credentials are malformed."))?;
        if secret.is_some() || in_body.is_some_and(|other| other != id) {
            return Err(OAuthError::invalid_request("The client must authenticate in one way only."));
        }
        let secret = Some(basic_secret).filter(|secret| !secret.is_empty());
        Ok(Self { id: parse_client_id(&id)?, secret })
    }

    /// Whether this is the client that was registered. A public client brings no secret; a confidential one brings its
    /// own, in whichever of the two ways.
    ///
    /// # Errors
    /// `invalid_client`.
    pub fn authenticate(&self, method: AuthMethod, secret: Option<Digest>) -> Result<(), OAuthError> {
        let genuine = match (method, &self.secret, secret) {
            (AuthMethod::None, None, _) => true,
            (
                AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost,
                Some(presented),
                Some(registered),
            ) => Digest::of(presented.as_bytes()) == registered,
            _ => false,
        };
        if genuine {
            Ok(())
        } else {
            Err(OAuthError::invalid_client("The client could not be authenticated."))
        }
    }
}

fn parse_client_id(text: &str) -> Result<ClientId, OAuthError> {
    text.parse().map_err(|_| OAuthError::invalid_client("client_id is malformed."))
}

/// What follows `Basic` in the header.
fn basic_value(authorization: Option<&str>) -> Option<&str> {
    let (scheme, value) = authorization?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("Basic").then(|| value.trim())
}

/// Client id and secret, each form-encoded before they were joined (RFC 6749 section 2.3.1).
fn decode_basic(value: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decoded(id)?, form_decoded(secret)?))
}

fn form_decoded(text: &str) -> Option<String> {
    if text.contains(['&', '=']) && !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut pairs = url::form_urlencoded::parse(text.as_bytes());
    let decoded = pairs.next().map(|(name, _)| name.into_owned()).unwrap_or_default();
    pairs.next().is_none().then_some(decoded)
}

/// What the token endpoint is asked to exchange.
pub enum TokenRequest {
    Code {
        code: OpaqueToken,
        /// Compared when it is sent (OAuth 2.1 section 10.2).
        redirect_uri: Option<String>,
        verifier: CodeVerifier,
        /// Every `resource`, in canonical form; `None` for one that is no resource at all.
        resources: Vec<Option<ResourceUri>>,
    },
    Refresh {
        token: OpaqueToken,
        /// A narrower set, if the client asks for one (RFC 6749 section 6).
        scopes: Option<Scopes>,
        resources: Vec<Option<ResourceUri>>,
    },
}

impl TokenRequest {
    /// # Errors
    /// `invalid_request` for a missing parameter, `unsupported_grant_type`, `invalid_grant` for what is no token of ours.
    pub fn from_parameters(parameters: &Parameters) -> Result<Self, OAuthError> {
        let resources = parameters.all("resource").map(ResourceUri::parse).collect();
        match parameters.require("grant_type", "grant_type is required.")? {
            "authorization_code" => {
                let code = parameters.require("code", "code is required.")?;
                let verifier =
                    parameters.require("code_verifier", "code_verifier is required (RFC 7636).")?;
                Ok(Self::Code {
                    code: OpaqueToken::parse(OpaqueKind::AuthorizationCode, code)
                        .ok_or(OAuthError::invalid_grant("The authorization code is not valid."))?,
                    redirect_uri: parameters.get("redirect_uri").map(str::to_owned),
                    verifier: verifier.parse().map_err(|refusal: crate::pkce::PkceRefusal| {
                        OAuthError::invalid_request(refusal.description())
                    })?,
                    resources,
                })
            }
            "refresh_token" => {
                let token = parameters.require("refresh_token", "refresh_token is required.")?;
                let scopes = parameters.get("scope").map(str::parse).transpose().map_err(|_| {
                    OAuthError::new(OAuthErrorCode::InvalidScope, "scope is not a valid list of scopes.")
                })?;
                Ok(Self::Refresh {
                    token: OpaqueToken::parse(OpaqueKind::RefreshToken, token)
                        .ok_or(OAuthError::invalid_grant("The refresh token is not valid."))?,
                    scopes,
                    resources,
                })
            }
            _ => Err(OAuthError::new(
                OAuthErrorCode::UnsupportedGrantType,
                "grant_type must be authorization_code or refresh_token.",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(body: &str) -> Result<Parameters, OAuthError> {
        Parameters::from_body(Some("application/x-www-form-urlencoded"), body.as_bytes())
    }

    fn json(body: &str) -> Result<Parameters, OAuthError> {
        Parameters::from_body(Some("application/json; charset=utf-8"), body.as_bytes())
    }

    fn basic(text: &str) -> String {
        format!("basic {}", STANDARD.encode(text))
    }

    fn present(authorization: Option<&str>, body: &str) -> Result<PresentedClient, OAuthErrorCode> {
        PresentedClient::from_request(authorization, &form(body).unwrap()).map_err(|error| error.code)
    }

    #[test]
    fn forms_and_json_read_alike() {
        for parameters in [form("a=1&b=x+y&c="), json(r#"{"a":"1","b":"x y","c":null}"#)] {
            let parameters = parameters.unwrap();
            assert_eq!(parameters.get("a"), Some("1"));
            assert_eq!(parameters.get("b"), Some("x y"));
            assert_eq!(parameters.get("c"), None);
        }
        assert_eq!(json(r#"{"resource":["x","y"]}"#).unwrap().all("resource").count(), 2);
    }

    #[test]
    fn only_resource_may_be_repeated() {
        assert!(form("a=1&a=1").is_err());
        assert!(json(r#"{"a":"1","a":"1"}"#).is_err());
        assert!(json(r#"{"a":["1","2"]}"#).is_err());
        assert!(form("resource=x&resource=y").is_ok());
        for body in ["[]", "{", "{\"a\":1}", "{} {}"] {
            assert!(json(body).is_err(), "{body}");
        }
        assert!(form(&"a".repeat(16 * 1024 + 1)).is_err());
    }

    #[test]
    fn a_client_shows_itself_in_one_way() {
        assert_eq!(present(None, "client_id=c").unwrap().id.as_str(), "c");
        assert_eq!(present(Some(&basic("c:s")), "").unwrap().secret.as_deref(), Some("s"));
        assert_eq!(
            present(Some(&basic("c:s%3A+%25")), "client_id=c").unwrap().secret.as_deref(),
            Some("s: %")
        );
        assert_eq!(present(Some(&basic("c:s")), "client_id=d").err(), Some(OAuthErrorCode::InvalidRequest));
        assert_eq!(
            present(Some(&basic("c:s")), "client_secret=s").err(),
            Some(OAuthErrorCode::InvalidRequest)
        );
        assert_eq!(present(Some("Basic ???"), "").err(), Some(OAuthErrorCode::InvalidClient));
        assert_eq!(present(None, "").err(), Some(OAuthErrorCode::InvalidClient));
    }

    #[test]
    fn a_secret_is_needed_exactly_where_one_was_issued() {
        let with = present(None, "client_id=c&client_secret=s").unwrap();
        let without = present(None, "client_id=c").unwrap();
        let secret = Some(Digest::of(b"s"));
        assert!(without.authenticate(AuthMethod::None, None).is_ok());
        assert!(with.authenticate(AuthMethod::None, None).is_err());
        assert!(with.authenticate(AuthMethod::ClientSecretBasic, secret).is_ok());
        assert!(with.authenticate(AuthMethod::ClientSecretPost, Some(Digest::of(b"t"))).is_err());
        assert!(without.authenticate(AuthMethod::ClientSecretPost, secret).is_err());
        assert!(with.authenticate(AuthMethod::ClientSecretPost, None).is_err());
    }

    #[test]
    fn each_refusal_has_its_code() {
        use OAuthErrorCode as Code;
        let verifier = "v".repeat(43);
        for (body, code) in [
            (String::new(), Code::InvalidRequest),
            ("grant_type=password".to_owned(), Code::UnsupportedGrantType),
            ("grant_type=authorization_code".to_owned(), Code::InvalidRequest),
            ("grant_type=authorization_code&code=x&redirect_uri=y".to_owned(), Code::InvalidRequest),
            (format!("grant_type=authorization_code&code=x&code_verifier={verifier}"), Code::InvalidGrant),
            ("grant_type=refresh_token".to_owned(), Code::InvalidRequest),
            ("grant_type=refresh_token&refresh_token=x".to_owned(), Code::InvalidGrant),
        ] {
            let refusal = TokenRequest::from_parameters(&form(&body).unwrap()).err();
            assert_eq!(refusal.map(|error| error.code), Some(code), "{body}");
        }
    }
}
