//! The parameters of an authorization request, from the two places that they come from: the address of the authorization
//! endpoint, and the calls of Stytch's SDK.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

/// Every parameter that this server acts on, if only to refuse it. In the SDK's calls those that Stytch knows have Stytch's
/// names: its typings say `resource`, its consent component sends `resources`; both are read.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct AuthorizationParameters {
    /// `client_id` (RFC 6749 section 4.1.1). Empty where it is left out.
    pub client_id: String,
    /// `redirect_uri` (RFC 6749 section 4.1.1). Empty where it is left out.
    pub redirect_uri: String,
    /// `response_type` (RFC 6749 section 3.1.1): `code`, or left out. Anything else is `unsupported_response_type`.
    pub response_type: Option<String>,
    /// `response_mode` (OAuth 2.0 Multiple Response Type Encoding Practices section 2.1): `query`, or left out.
    pub response_mode: Option<String>,
    /// Stytch's name for `scope`, as a list of at most 32. Unless it is empty it counts in place of `scope`.
    pub scopes: Option<Vec<String>>,
    /// `scope` (RFC 6749 section 3.3), parted by spaces: at most 32 scopes of at most 128 characters.
    pub scope: Option<String>,
    /// `state` (RFC 6749 section 4.1.1), at most 4,096 bytes.
    pub state: Option<String>,
    /// `nonce` (OpenID Connect Core section 3.1.2.1), at most 512 bytes.
    pub nonce: Option<String>,
    /// `prompt` (OpenID Connect Core section 3.1.2.1): `none` alone, or any of `login`, `consent` and `select_account`,
    /// parted by spaces.
    pub prompt: Option<String>,
    /// Whole seconds, in digits.
    pub max_age: Option<String>,
    /// `code_challenge` (RFC 7636 section 4.3): 43 characters of base64url. Without it the request is refused.
    pub code_challenge: Option<String>,
    /// `code_challenge_method` (RFC 7636 section 4.3): `S256`, which is also meant where it is left out.
    pub code_challenge_method: Option<String>,
    /// `resource` (RFC 8707 section 2), which may be repeated: every value must name the same resource.
    pub resource: Option<OneOrMany>,
    /// What Stytch's consent component calls `resource`. It counts together with `resource`.
    pub resources: Option<OneOrMany>,
    /// `request` (OpenID Connect Core section 6.1). Whatever it holds is refused as `request_not_supported`.
    pub request: Option<String>,
    /// `request_uri` (OpenID Connect Core section 6.2). Whatever it holds is refused as `request_uri_not_supported`.
    pub request_uri: Option<String>,
    /// When the request first came here ([`super::RequestMark`]). Ours, and not the client's.
    pub request_mark: Option<String>,
}

impl AuthorizationParameters {
    /// The parameters in the query of the authorization endpoint's address, decoded. Of a parameter that is given twice the
    /// first counts; one without a value is none (RFC 6749 section 3.1).
    pub fn from_query(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut parameters = Self::default();
        let mut resources = Vec::new();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            let place = match name.as_str() {
                "client_id" if parameters.client_id.is_empty() => {
                    parameters.client_id = value;
                    continue;
                }
                "redirect_uri" if parameters.redirect_uri.is_empty() => {
                    parameters.redirect_uri = value;
                    continue;
                }
                "resource" => {
                    resources.push(value);
                    continue;
                }
                "response_type" => &mut parameters.response_type,
                "response_mode" => &mut parameters.response_mode,
                "scope" => &mut parameters.scope,
                "state" => &mut parameters.state,
                "nonce" => &mut parameters.nonce,
                "prompt" => &mut parameters.prompt,
                "max_age" => &mut parameters.max_age,
                "code_challenge" => &mut parameters.code_challenge,
                "code_challenge_method" => &mut parameters.code_challenge_method,
                "request" => &mut parameters.request,
                "request_uri" => &mut parameters.request_uri,
                "request_mark" => &mut parameters.request_mark,
                _ => continue,
            };
            place.get_or_insert(value);
        }
        parameters.resource = (!resources.is_empty()).then_some(OneOrMany::Many(resources));
        parameters
    }

    /// The resources that are named, whichever name they go by.
    pub(super) fn resources(&self) -> impl Iterator<Item = &str> {
        self.resource.iter().chain(&self.resources).flat_map(OneOrMany::iter)
    }

    /// The scopes that are named: of a list, or else of a text.
    pub(super) fn named_scopes(&self) -> impl Iterator<Item = &str> {
        let list = self.scopes.as_deref().unwrap_or_default();
        let text = if list.is_empty() { self.scope.as_deref().unwrap_or_default() } else { "" };
        list.iter().map(String::as_str).chain(text.split(' ')).filter(|scope| !scope.is_empty())
    }
}

/// A parameter that may be repeated.
#[derive(Debug, Clone)]
pub enum OneOrMany {
    /// In JSON a string.
    One(String),
    /// In JSON a list of strings; in a query, every value of the name.
    Many(Vec<String>),
}

/// By a visitor of its own: what serde derives keeps the value in memory first, and reads it once for each case.
impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = OneOrMany;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of strings")
            }

            fn visit_str<E: Error>(self, one: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany::One(one.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<OneOrMany, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = list.next_element()? {
                    all.push(one);
                }
                Ok(OneOrMany::Many(all))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl OneOrMany {
    fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(only) => std::slice::from_ref(only).iter(),
            Self::Many(all) => all.iter(),
        }
        .map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_parameter_by_parameter() {
        let query = "client_id=c&redirect_uri=https%3A%2F%2Fa.example%2Fcb&state=a+b&state=c&scope=&resource=x&resource=y&max_age=0&foo=1";
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        let parameters = AuthorizationParameters::from_query(pairs);
        assert_eq!(parameters.client_id, "c");
        assert_eq!(parameters.redirect_uri, "https://a.example/cb");
        assert_eq!(parameters.state.as_deref(), Some("a b"));
        assert_eq!(parameters.scope, None);
        assert_eq!(parameters.max_age.as_deref(), Some("0"));
        assert_eq!(parameters.resources().collect::<Vec<_>>(), ["x", "y"]);
    }
}
