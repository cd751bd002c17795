//! How a client proves who it is at the token endpoint and its relatives: not at all, by a secret, or by an assertion
//! (RFC 6749 section 2.3, RFC 7521 section 4.2). In one way per request, and only in a way that it registered.

use base64ct::{Base64, Encoding as _};

use crate::error::OAuthError;
use crate::jwt::{AssertionRefusal, ClientAssertion};
use crate::parameters::Parameters;
use crate::registration::{AuthMethod, ClientMetadata};
use crate::{ClientId, Digest};

/// Who a client says it is, and what it brings along to prove that.
#[derive(Clone)]
pub struct PresentedClient {
    /// `client_id`: of the Basic credentials, of the body, or else `sub` of the assertion. Nothing has proved it yet.
    pub id: ClientId,
    credential: Credential,
}

#[derive(Clone)]
enum Credential {
    None,
    /// A secret in `Authorization: Basic`.
    Basic(String),
    /// A secret in the body.
    Post(String),
    Assertion(String),
}

/// What is left to do once method and secret are right.
#[derive(Debug, PartialEq, Eq)]
pub enum Remaining<'a> {
    /// The client is authenticated: by its secret, or as a public client, which has nothing to prove.
    Nothing,
    /// To check this assertion ([`ClientAssertion`]) with the client's keys.
    Assertion(&'a str),
}

impl PresentedClient {
    /// Reads `Authorization: Basic` or the body; two ways at once are refused (RFC 6749 section 2.3).
    ///
    /// # Errors
    /// `invalid_client` without or with unreadable credentials, `invalid_request` for two kinds at once.
    pub fn from_request(authorization: Option<&str>, parameters: &Parameters) -> Result<Self, OAuthError> {
        let id = parameters.get("client_id");
        let basic = basic_value(authorization);
        let secret = parameters.get("client_secret");
        let assertion = assertion_of(parameters)?;
        match (basic, secret, assertion) {
            (None, None, None) => Ok(Self { id: required_id(id)?, credential: Credential::None }),
            (None, Some(secret), None) => {
                Ok(Self { id: required_id(id)?, credential: Credential::Post(secret.to_owned()) })
            }
            (Some(basic), None, None) => Self::from_basic(basic, id),
            (None, None, Some(assertion)) => Self::from_assertion(assertion, id),
            _ => Err(OAuthError::invalid_request("The client must authenticate in one way only.")),
        }
    }

    fn from_basic(basic: &str, in_body: Option<&str>) -> Result<Self, OAuthError> {
        let (id, secret) =
            decode_basic(basic).ok_or(OAuthError::invalid_client("The Basic credentials are malformed."))?;
        if in_body.is_some_and(|other| other != id) {
            return Err(OAuthError::invalid_request("The client must authenticate in one way only."));
        }
        let credential = if secret.is_empty() { Credential::None } else { Credential::Basic(secret) };
        Ok(Self { id: parse_client_id(&id)?, credential })
    }

    /// Whose assertion it is it says itself, so `client_id` may be left out (RFC 7521 section 4.2). Here that only decides
    /// whose keys it is checked with; that it is the client's is what the check is about.
    fn from_assertion(assertion: &str, in_body: Option<&str>) -> Result<Self, OAuthError> {
        let id = match in_body {
            Some(id) => parse_client_id(id)?,
            None => {
                let parsed = ClientAssertion::parse(assertion).map_err(AssertionRefusal::to_error)?;
                let claimed = parsed.claimed_client();
                claimed.ok_or(OAuthError::invalid_client("The client assertion names no client."))?
            }
        };
        Ok(Self { id, credential: Credential::Assertion(assertion.to_owned()) })
    }

    /// Whether the client comes in a way that it registered, and with its own secret where it has one.
    ///
    /// # Errors
    /// `invalid_client`.
    pub fn authenticate(
        &self,
        client: &ClientMetadata,
        secret: Option<&Digest>,
    ) -> Result<Remaining<'_>, OAuthError> {
        let (method, genuine, remaining) = match &self.credential {
            Credential::None => (AuthMethod::None, true, Remaining::Nothing),
            Credential::Basic(presented) => {
                (AuthMethod::ClientSecretBasic, is_secret(presented, secret), Remaining::Nothing)
            }
            Credential::Post(presented) => {
                (AuthMethod::ClientSecretPost, is_secret(presented, secret), Remaining::Nothing)
            }
            Credential::Assertion(text) => (AuthMethod::PrivateKeyJwt, true, Remaining::Assertion(text)),
        };
        if client.allows_authentication(method) && genuine {
            Ok(remaining)
        } else {
            Err(OAuthError::invalid_client(
                "The client could not be authenticated by its token_endpoint_auth_method.",
            ))
        }
    }
}

fn is_secret(presented: &str, registered: Option<&Digest>) -> bool {
    registered.is_some_and(|registered| Digest::of(presented.as_bytes()) == *registered)
}

/// The client assertion of a request, if there is one (RFC 7521 section 4.2).
fn assertion_of(parameters: &Parameters) -> Result<Option<&str>, OAuthError> {
    match (parameters.get("client_assertion_type"), parameters.get("client_assertion")) {
        (None, None) => Ok(None),
        (Some(ClientAssertion::TYPE), Some(assertion)) => Ok(Some(assertion)),
        (Some(_), Some(_)) => {
            Err(OAuthError::invalid_client("The client_assertion_type is not one that is supported."))
        }
        _ => Err(OAuthError::invalid_request("client_assertion and client_assertion_type come together.")),
    }
}

fn required_id(id: Option<&str>) -> Result<ClientId, OAuthError> {
    parse_client_id(id.ok_or(OAuthError::invalid_client("client_id is required."))?)
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
    let text = String::from_utf8(Base64::decode_vec(value).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decoded(id)?, form_decoded(secret)?))
}

fn form_decoded(text: &str) -> Option<String> {
    if text.contains(['&', '=']) && !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    let decoded = pairs.next().map(|(name, _)| name.into_owned()).unwrap_or_default();
    pairs.next().is_none().then_some(decoded)
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64UrlUnpadded, Encoding as _};
    use serde_json::{Value, json};

    use super::*;
    use crate::error::OAuthErrorCode;
    use crate::fetch_policy::Reach;
    use crate::parameters::tests::form;

    const TYPE: &str =
        "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

    fn basic(text: &str) -> String {
        format!("basic {}", Base64::encode_string(text.as_bytes()))
    }

    fn present(authorization: Option<&str>, body: &str) -> Result<PresentedClient, OAuthErrorCode> {
        PresentedClient::from_request(authorization, &form(body).unwrap()).map_err(|error| error.code)
    }

    fn assertion(claims: &Value) -> String {
        let part = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
        format!("{}.{}.AAAA", part(&json!({"alg": "ES256"})), part(claims))
    }

    #[test]
    fn a_client_shows_itself_in_one_way() {
        assert_eq!(present(None, "client_id=c").unwrap().id.as_str(), "c");
        assert_eq!(present(Some(&basic("c:s")), "client_id=c").unwrap().id.as_str(), "c");
        let own = assertion(&json!({"sub": "c"}));
        assert_eq!(present(None, &format!("{TYPE}&client_assertion={own}")).unwrap().id.as_str(), "c");
        let two_ids = present(None, &format!("{TYPE}&client_assertion={own}&client_id=d"));
        assert_eq!(two_ids.unwrap().id.as_str(), "d", "and then the assertion is not of that client");
        for (authorization, body) in [
            (Some(basic("c:s")), "client_id=d".to_owned()),
            (Some(basic("c:s")), "client_secret=s".to_owned()),
            (Some(basic("c:s")), format!("{TYPE}&client_assertion={own}")),
            (Some(basic("c:")), format!("{TYPE}&client_assertion={own}")),
            (None, format!("client_id=c&client_secret=s&{TYPE}&client_assertion={own}")),
            (None, format!("client_id=c&client_assertion={own}")),
            (None, format!("client_id=c&{TYPE}")),
        ] {
            let refusal = present(authorization.as_deref(), &body).err();
            assert_eq!(refusal, Some(OAuthErrorCode::InvalidRequest), "{body}");
        }
        for (authorization, body) in [
            (Some("Basic ???"), String::new()),
            (None, String::new()),
            (None, format!("client_id=c&client_assertion_type=x&client_assertion={own}")),
            (None, format!("{TYPE}&client_assertion=x")),
            (None, format!("{TYPE}&client_assertion={}", assertion(&json!({"iss": "c"})))),
            (None, format!("{TYPE}&client_assertion={}", assertion(&json!({"sub": "a b"})))),
        ] {
            assert_eq!(present(authorization, &body).err(), Some(OAuthErrorCode::InvalidClient), "{body}");
        }
    }

    #[test]
    fn basic_credentials_are_form_encoded() {
        let presented = present(Some(&basic("c:s%3A+%25")), "client_id=c").unwrap();
        assert!(matches!(presented.credential, Credential::Basic(secret) if secret == "s: %"));
    }

    fn registered(method: &str) -> ClientMetadata {
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": Base64UrlUnpadded::encode_string(&[1; 32])});
        let request = json!({
            "redirect_uris": ["https://a.example/cb"],
            "token_endpoint_auth_method": method,
            "jwks": {"keys": [jwk]},
        });
        ClientMetadata::from_request(request.to_string().as_bytes(), Reach::Public).unwrap()
    }

    #[test]
    fn only_the_way_that_was_registered_counts() {
        let own = assertion(&json!({"sub": "c"}));
        let ways = [
            ("none", present(None, "client_id=c").unwrap()),
            ("client_secret_basic", present(Some(&basic("c:s")), "").unwrap()),
            ("client_secret_post", present(None, "client_id=c&client_secret=s").unwrap()),
            ("private_key_jwt", present(None, &format!("{TYPE}&client_assertion={own}")).unwrap()),
        ];
        let secret = Some(Digest::of(b"s"));
        for (method, _) in &ways {
            for (way, presented) in &ways {
                let outcome = presented.authenticate(&registered(method), secret.as_ref());
                assert_eq!(outcome.is_ok(), way == method, "registered {method}, used {way}");
                if *way == "private_key_jwt" && way == method {
                    assert_eq!(outcome, Ok(Remaining::Assertion(&own)));
                }
            }
        }
    }

    #[test]
    fn a_secret_is_the_one_that_was_issued() {
        let post = registered("client_secret_post");
        let presented = present(None, "client_id=c&client_secret=s").unwrap();
        assert!(presented.authenticate(&post, Some(&Digest::of(b"s"))).is_ok());
        assert!(presented.authenticate(&post, Some(&Digest::of(b"t"))).is_err());
        assert!(presented.authenticate(&post, None).is_err());
    }

    #[test]
    fn a_client_that_also_offers_none_may_come_without_an_assertion() {
        let client = ClientMetadata { offers_none: true, ..registered("private_key_jwt") };
        assert_eq!(present(None, "client_id=c").unwrap().authenticate(&client, None), Ok(Remaining::Nothing));
        let with_secret = present(None, "client_id=c&client_secret=s").unwrap();
        assert!(with_secret.authenticate(&client, None).is_err());
        let own = assertion(&json!({"sub": "c"}));
        let with_assertion = present(None, &format!("{TYPE}&client_assertion={own}")).unwrap();
        assert_eq!(with_assertion.authenticate(&client, None), Ok(Remaining::Assertion(&own)));
    }
}
