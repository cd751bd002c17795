//! The parameters of a request to the token endpoint and its relatives (RFC 6749 section 3.2, RFC 7009, RFC 7662): form bodies
//! as the RFCs have them, JSON bodies as Stytch also accepts.

use serde_json::Value;

use crate::error::OAuthError;
use crate::strict_json;

/// What any of the endpoints reads. Everything else is ignored, whatever it is (RFC 6749 section 3.2).
const KNOWN: [&str; 12] = [
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
    "resource",
    "token",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
];

/// The known parameters of a request. Only `resource` may be repeated (RFC 8707 section 2).
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// The longest body that is read, in bytes. A longer one is `invalid_request`.
    pub const MAX_BODY_BYTES: usize = 16 * 1024;

    /// Reads a body by its content type; anything that is not JSON is taken for a form, which is what the RFCs ask of every client.
    ///
    /// # Errors
    /// `invalid_request` for a body that is too long, cannot be read, or repeats a parameter that is known here.
    pub fn from_body(content_type: Option<&str>, body: &[u8]) -> Result<Self, OAuthError> {
        if body.len() > Self::MAX_BODY_BYTES {
            return Err(OAuthError::invalid_request("The request may have at most 16 KB."));
        }
        let media_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let pairs = if media_type.eq_ignore_ascii_case("application/json") {
            pairs_of_json(body)?
        } else {
            let all = form_urlencoded::parse(body).into_owned();
            all.filter(|(name, _)| is_known(name)).collect()
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

    /// Every value of a parameter, in the order they were sent, without empty ones. Only `resource` can have several.
    pub fn all(&self, name: &'static str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(other, value)| other == name && !value.is_empty());
        named.map(|(_, value)| value.as_str())
    }

    pub(crate) fn require(&self, name: &'static str, missing: &'static str) -> Result<&str, OAuthError> {
        self.get(name).ok_or(OAuthError::invalid_request(missing))
    }
}

fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

/// The known members of a JSON object: texts, or lists of texts. `null` means absent.
fn pairs_of_json(body: &[u8]) -> Result<Vec<(String, String)>, OAuthError> {
    let invalid = OAuthError::invalid_request(
        "The body must be a JSON object whose parameters are texts, each given once.",
    );
    let members = strict_json::object(body).map_err(|_| invalid)?;
    let mut pairs = Vec::new();
    for (name, value) in members.into_iter().filter(|(name, _)| is_known(name)) {
        let values = match value {
            Value::Null => continue,
            Value::Array(values) => values,
            one => vec![one],
        };
        for value in values {
            let Value::String(text) = value else { return Err(invalid) };
            pairs.push((name.clone(), text));
        }
    }
    Ok(pairs)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn form(body: &str) -> Result<Parameters, OAuthError> {
        Parameters::from_body(Some("application/x-www-form-urlencoded"), body.as_bytes())
    }

    fn json(body: &str) -> Result<Parameters, OAuthError> {
        Parameters::from_body(Some("Application/JSON; charset=utf-8"), body.as_bytes())
    }

    #[test]
    fn forms_and_json_read_alike() {
        for parameters in
            [form("code=1&scope=x+y&token="), json(r#"{"code":"1","scope":"x y","token":null}"#)]
        {
            let parameters = parameters.unwrap();
            assert_eq!(parameters.get("code"), Some("1"));
            assert_eq!(parameters.get("scope"), Some("x y"));
            assert_eq!(parameters.get("token"), None);
        }
        assert_eq!(json(r#"{"resource":["x","y"]}"#).unwrap().all("resource").count(), 2);
    }

    #[test]
    fn only_resource_may_be_repeated() {
        assert!(form("code=1&code=1").is_err());
        assert!(json(r#"{"code":"1","code":"1"}"#).is_err());
        assert!(json(r#"{"code":["1","2"]}"#).is_err());
        assert!(form("resource=x&resource=y").is_ok());
        for body in ["[]", "{", "{\"code\":1}", "{\"code\":{}}", "{\"code\":[null]}", "{} {}"] {
            assert!(json(body).is_err(), "{body}");
        }
        assert!(form(&"a".repeat(16 * 1024 + 1)).is_err());
    }

    #[test]
    fn what_nobody_here_knows_is_ignored_whatever_it_is() {
        for unknown in ["1", "1.5", "true", "{\"a\":1}", "[1,{}]", "[]", "null", "\"x\"", "[\"x\",\"y\"]"] {
            let parameters = json(&format!(r#"{{"code":"c","client_info":{unknown}}}"#)).unwrap();
            assert_eq!(parameters.get("code"), Some("c"), "{unknown}");
        }
        assert_eq!(form("audience=a&audience=b&code=c").unwrap().get("code"), Some("c"));
    }
}
