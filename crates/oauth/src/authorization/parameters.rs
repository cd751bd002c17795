//! The parameters of an authorization request, from the two places that they come from: the address of the authorization
//! endpoint, and the calls of Stytch's SDK.

use serde::Deserialize;

/// Every parameter that this server acts on, if only to refuse it. In the SDK's calls those that Stytch knows have Stytch's
/// names: its typings say `resource`, its consent component sends `resources`; both are read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AuthorizationParameters {
    pub client_id: String,
    pub redirect_uri: String,
    pub response_type: Option<String>,
    pub response_mode: Option<String>,
    pub scopes: Option<Vec<String>>,
    pub scope: Option<String>,
    pub state: Option<String>,
    pub nonce: Option<String>,
    pub prompt: Option<String>,
    /// Whole seconds, in digits.
    pub max_age: Option<String>,
    pub code_challenge: Option<String>,
    pub code_challenge_method: Option<String>,
    pub resource: Option<OneOrMany>,
    pub resources: Option<OneOrMany>,
    pub request: Option<String>,
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
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    One(String),
    Many(Vec<String>),
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
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned();
        let parameters = AuthorizationParameters::from_query(pairs);
        assert_eq!(parameters.client_id, "c");
        assert_eq!(parameters.redirect_uri, "https://a.example/cb");
        assert_eq!(parameters.state.as_deref(), Some("a b"));
        assert_eq!(parameters.scope, None);
        assert_eq!(parameters.max_age.as_deref(), Some("0"));
        assert_eq!(parameters.resources().collect::<Vec<_>>(), ["x", "y"]);
    }
}
