//! The authorization endpoint: what a client asks for, whether the person must be asked, and how the answer travels
//! (OAuth 2.1 section 4.1.1, RFC 9207, OpenID Connect Core section 3.1.2).
//!
//! Two stages, because they fail differently. A request whose client or redirect URI is not right must be shown to the
//! person and never redirected: the address could be an attacker's. Everything after that is reported to the client by
//! redirect, with its `state` and our `iss`.

use serde::{Deserialize, Serialize};

use crate::error::{OAuthError, OAuthErrorCode};
use crate::pkce::CodeChallenge;
use crate::redirect::RedirectUri;
use crate::registration::ClientMetadata;
use crate::resource::{ResourceUri, Resources};
use crate::scope::Scope;
use crate::{ClientId, Scopes};

/// The parameters as Stytch's SDK posts them. Its typings say `resource`, its consent component sends `resources`; both
/// are read.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct AuthorizationParameters {
    #[serde(default)]
    pub client_id: String,
    #[serde(default)]
    pub redirect_uri: String,
    #[serde(default)]
    pub response_type: Option<String>,
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    #[serde(default)]
    pub scope: Option<String>,
    #[serde(default)]
    pub state: Option<String>,
    #[serde(default)]
    pub nonce: Option<String>,
    #[serde(default)]
    pub prompt: Option<String>,
    #[serde(default)]
    pub code_challenge: Option<String>,
    #[serde(default)]
    pub code_challenge_method: Option<String>,
    #[serde(default)]
    pub resource: Option<OneOrMany>,
    #[serde(default)]
    pub resources: Option<OneOrMany>,
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

/// What the authorization server offers.
#[derive(Debug, Clone)]
pub struct AuthorizationPolicy {
    /// Every scope that can be granted.
    pub scopes: Scopes,
    /// What a client that asks for none is taken to mean (RFC 6749 section 3.3). Some hosts send no `scope` at all and would
    /// otherwise hold a token that opens nothing; the person is shown all of it all the same.
    pub default_scopes: Scopes,
    pub resources: Resources,
}

/// `prompt` of OpenID Connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// Ask what must be asked.
    Default,
    /// Ask nothing; fail instead.
    None,
    /// Always ask for consent.
    Consent,
}

/// A request that has passed both stages.
#[derive(Debug, Clone)]
pub struct AuthorizationRequest {
    pub client_id: ClientId,
    pub redirect_uri: RedirectUri,
    /// The scopes that can be granted: those asked for that this server knows.
    pub scopes: Scopes,
    /// The scopes asked for that nobody here can grant.
    pub unknown_scopes: Scopes,
    pub state: Option<String>,
    pub nonce: Option<String>,
    pub prompt: Prompt,
    /// Absent only while consent is being prepared; [`AuthorizationRequest::challenge`] insists.
    challenge: Option<CodeChallenge>,
    pub resource: ResourceUri,
}

/// Why a request may not be answered by redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectlessRefusal {
    InvalidRedirectUri,
    UnregisteredRedirectUri,
}

impl RedirectlessRefusal {
    pub const fn description(self) -> &'static str {
        match self {
            Self::InvalidRedirectUri => "The redirect_uri is not a URI that an answer may be sent to.",
            Self::UnregisteredRedirectUri => "The redirect_uri is not one that this client has registered.",
        }
    }
}

/// First stage: where the answer goes.
///
/// # Errors
/// If the redirect URI is none, or not one of the client's. Shown to the person, never sent on.
pub fn check_redirect(
    parameters: &AuthorizationParameters,
    client: &ClientMetadata,
) -> Result<RedirectUri, RedirectlessRefusal> {
    let asked = &parameters.redirect_uri;
    client.redirect(asked).ok_or_else(|| match RedirectUri::parse(asked) {
        Ok(_) => RedirectlessRefusal::UnregisteredRedirectUri,
        Err(_) => RedirectlessRefusal::InvalidRedirectUri,
    })
}

/// Big enough for the encrypted states that hosts use, small enough to be a URL.
const MAX_STATE_LENGTH: usize = 4096;
const MAX_NONCE_LENGTH: usize = 512;

/// Second stage: what is asked for.
///
/// # Errors
/// Whatever [`error_redirect`] may tell the client: unsupported response type, scopes, resource, prompt or PKCE method.
pub fn check_request(
    parameters: &AuthorizationParameters,
    client_id: ClientId,
    redirect_uri: RedirectUri,
    policy: &AuthorizationPolicy,
) -> Result<AuthorizationRequest, OAuthError> {
    // Some hosts leave `response_type` out; there is only one.
    if parameters.response_type.as_deref().is_some_and(|kind| kind != "code") {
        return Err(OAuthError::new(OAuthErrorCode::UnsupportedResponseType, "response_type must be code."));
    }
    let too_long = |value: Option<&String>, limit| value.is_some_and(|value| value.len() > limit);
    if too_long(parameters.state.as_ref(), MAX_STATE_LENGTH) {
        return Err(OAuthError::invalid_request("state may have at most 4096 characters."));
    }
    if too_long(parameters.nonce.as_ref(), MAX_NONCE_LENGTH) {
        return Err(OAuthError::invalid_request("nonce may have at most 512 characters."));
    }
    let prompt = match parameters.prompt.as_deref() {
        None | Some("") => Prompt::Default,
        // Asking nothing and asking something exclude each other (OpenID Connect Core section 3.1.2.1).
        Some("none") => Prompt::None,
        Some(values) => {
            // The application's login page has already seen to `login` and `select_account`.
            if !values.split(' ').all(|value| matches!(value, "consent" | "login" | "select_account")) {
                return Err(OAuthError::invalid_request("prompt must be none, login or consent."));
            }
            let asks = values.split(' ').any(|value| value == "consent");
            if asks { Prompt::Consent } else { Prompt::Default }
        }
    };
    let (challenge, method) =
        (parameters.code_challenge.as_deref(), parameters.code_challenge_method.as_deref());
    let challenge = match (challenge, method) {
        (None, None) => None,
        _ => Some(
            CodeChallenge::from_parameters(challenge, method)
                .map_err(|refusal| OAuthError::invalid_request(refusal.description()))?,
        ),
    };
    let requested = requested_scopes(parameters, policy)?;
    let scopes = requested.intersection(&policy.scopes);
    if scopes.is_empty() {
        return Err(OAuthError::new(
            OAuthErrorCode::InvalidScope,
            "None of the requested scopes can be granted.",
        ));
    }
    let resources = parameters.resource.iter().chain(parameters.resources.iter()).flat_map(OneOrMany::iter);
    let resource = policy.resources.choose(resources).map_err(|_| {
        OAuthError::new(
            OAuthErrorCode::InvalidTarget,
            "resource must name one resource of this server (RFC 8707).",
        )
    })?;
    Ok(AuthorizationRequest {
        client_id,
        redirect_uri,
        unknown_scopes: Scopes::collect(
            requested.iter().filter(|scope| !scopes.contains(scope.as_str())).cloned(),
        ),
        scopes,
        state: parameters.state.clone(),
        nonce: parameters.nonce.clone(),
        prompt,
        challenge,
        resource,
    })
}

/// A list, a space-delimited text, or the default.
fn requested_scopes(
    parameters: &AuthorizationParameters,
    policy: &AuthorizationPolicy,
) -> Result<Scopes, OAuthError> {
    let invalid = |_| OAuthError::new(OAuthErrorCode::InvalidScope, "scope is not a valid list of scopes.");
    let requested: Scopes = match (&parameters.scopes, &parameters.scope) {
        (Some(list), _) if list.len() > Scopes::MAX_COUNT => return Err(invalid(crate::scope::InvalidScope)),
        (Some(list), _) if !list.is_empty() => {
            let scopes = list.iter().filter(|scope| !scope.is_empty()).map(|scope| scope.parse::<Scope>());
            Scopes::collect(scopes.collect::<Result<Vec<_>, _>>().map_err(invalid)?)
        }
        (_, Some(text)) => text.parse().map_err(invalid)?,
        _ => Scopes::none(),
    };
    Ok(if requested.is_empty() { policy.default_scopes.clone() } else { requested })
}

impl AuthorizationRequest {
    /// PKCE is mandatory for every client (OAuth 2.1 section 7.5).
    ///
    /// # Errors
    /// `invalid_request` without a `code_challenge`.
    pub fn challenge(&self) -> Result<CodeChallenge, OAuthError> {
        self.challenge
            .ok_or(OAuthError::invalid_request(crate::pkce::PkceRefusal::MissingChallenge.description()))
    }

    /// What consent to this request would be remembered as.
    pub fn consent(&self) -> Consent {
        Consent { redirect: self.redirect_uri.without_port(), scopes: self.scopes.clone() }
    }

    /// Whether the person must be asked whatever they agreed to before: for lasting access, and when the client insists.
    pub fn must_ask(&self) -> bool {
        self.prompt == Prompt::Consent || self.scopes.contains("offline_access")
    }
}

/// Consent that a person has given to a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Where answers go; a loopback port does not count.
    pub redirect: String,
    pub scopes: Scopes,
}

impl Consent {
    /// Whether the person has agreed to exactly this before. Anyone can claim to be a public client, so nothing merely
    /// similar will do.
    pub fn is_among(&self, given: &[Self]) -> bool {
        given.iter().any(|earlier| {
            earlier.redirect == self.redirect
                && earlier.scopes.contains_all(&self.scopes)
                && self.scopes.contains_all(&earlier.scopes)
        })
    }
}

/// The URL that takes a code back to the client.
pub fn success_redirect(redirect: &RedirectUri, state: Option<&str>, issuer: &str, code: &str) -> String {
    redirect.with_answer([("code", code)].into_iter().chain(envelope(state, issuer)))
}

/// The URL that takes a refusal back to the client.
pub fn error_redirect(
    redirect: &RedirectUri,
    state: Option<&str>,
    issuer: &str,
    error: OAuthError,
) -> String {
    let answer = [("error", error.code.as_str()), ("error_description", error.description)];
    redirect.with_answer(answer.into_iter().chain(envelope(state, issuer)))
}

/// What goes with every answer: the client's `state`, and who answers (RFC 9207, against mix-up).
fn envelope<'a>(state: Option<&'a str>, issuer: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    state.map(|state| ("state", state)).into_iter().chain([("iss", issuer)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn policy() -> AuthorizationPolicy {
        let default = ResourceUri::parse("https://a.example/mcp").unwrap();
        AuthorizationPolicy {
            scopes: "openid email profile offline_access todos:read".parse().unwrap(),
            default_scopes: "openid email profile".parse().unwrap(),
            resources: Resources { default, others: Vec::new() },
        }
    }

    fn client() -> ClientMetadata {
        let request = json!({"redirect_uris": ["http://127.0.0.1/cb"], "client_name": "Test"});
        ClientMetadata::from_request(request.to_string().as_bytes(), crate::fetch_policy::Reach::Public)
            .unwrap()
    }

    #[expect(clippy::needless_pass_by_value, reason = "json!(..) reads better at the call")]
    fn parameters(changes: Value) -> AuthorizationParameters {
        let mut all = json!({
            "client_id": "c", "redirect_uri": "http://127.0.0.1:5/cb", "response_type": "code",
            "scopes": ["openid", "todos:read"], "state": "s", "code_challenge": CHALLENGE,
        });
        for (name, value) in changes.as_object().unwrap() {
            all[name] = value.clone();
        }
        serde_json::from_value(all).unwrap()
    }

    fn check(changes: Value) -> Result<AuthorizationRequest, OAuthErrorCode> {
        let parameters = parameters(changes);
        let redirect = check_redirect(&parameters, &client()).unwrap();
        check_request(&parameters, "c".parse().unwrap(), redirect, &policy()).map_err(|error| error.code)
    }

    #[test]
    fn a_good_request_passes() {
        let request = check(json!({})).unwrap();
        assert_eq!(request.scopes.to_string(), "openid todos:read");
        assert_eq!(request.resource.as_str(), "https://a.example/mcp");
        assert!(request.challenge().is_ok());
    }

    #[test]
    fn a_wrong_redirect_is_never_answered_by_redirect() {
        let check = |uri: &str| check_redirect(&parameters(json!({"redirect_uri": uri})), &client()).err();
        assert_eq!(check("javascript:alert(1)"), Some(RedirectlessRefusal::InvalidRedirectUri));
        assert_eq!(check(""), Some(RedirectlessRefusal::InvalidRedirectUri));
        assert_eq!(check("https://evil.example/cb"), Some(RedirectlessRefusal::UnregisteredRedirectUri));
        assert_eq!(check("http://127.0.0.1:7/cb"), None);
    }

    #[test]
    fn each_refusal_has_its_code() {
        use OAuthErrorCode as Code;
        for (change, code) in [
            (json!({"response_type": "token"}), Code::UnsupportedResponseType),
            (json!({"state": "s".repeat(4097)}), Code::InvalidRequest),
            (json!({"nonce": "n".repeat(513)}), Code::InvalidRequest),
            (json!({"prompt": "dance"}), Code::InvalidRequest),
            (json!({"code_challenge_method": "plain"}), Code::InvalidRequest),
            (json!({"code_challenge": "short"}), Code::InvalidRequest),
            (json!({"scopes": ["unknown"]}), Code::InvalidScope),
            (json!({"scopes": ["a\"b"]}), Code::InvalidScope),
            (json!({"resource": "https://b.example/mcp"}), Code::InvalidTarget),
            (json!({"resources": ["https://a.example/mcp", "https://b.example"]}), Code::InvalidTarget),
        ] {
            assert_eq!(check(change.clone()).err(), Some(code), "{change}");
        }
    }

    #[test]
    fn pkce_is_needed_before_a_code_is_made() {
        let request = check(json!({"code_challenge": null})).unwrap();
        assert_eq!(request.challenge().err().map(|error| error.code), Some(OAuthErrorCode::InvalidRequest));
    }

    #[test]
    fn unknown_scopes_are_left_out_and_named() {
        let request = check(json!({"scopes": ["openid", "other"]})).unwrap();
        assert_eq!(request.scopes.to_string(), "openid");
        assert_eq!(request.unknown_scopes.to_string(), "other");
        assert_eq!(check(json!({"scopes": null})).unwrap().scopes.to_string(), "openid email profile");
        assert_eq!(
            check(json!({"scopes": null, "scope": "todos:read"})).unwrap().scopes.to_string(),
            "todos:read"
        );
    }

    #[test]
    fn consent_is_remembered_only_for_exactly_the_same() {
        let given = [check(json!({})).unwrap().consent()];
        let is_remembered = |change: Value| check(change).unwrap().consent().is_among(&given);
        assert!(is_remembered(json!({})));
        assert!(is_remembered(json!({"scopes": ["todos:read", "openid"]})));
        assert!(is_remembered(json!({"redirect_uri": "http://127.0.0.1:99/cb"})));
        assert!(!is_remembered(json!({"scopes": ["openid"]})));
        assert!(!is_remembered(json!({"scopes": ["openid", "todos:read", "email"]})));
    }

    #[test]
    fn lasting_access_is_always_asked_for() {
        let must_ask = |change: Value| check(change).unwrap().must_ask();
        assert!(!must_ask(json!({})));
        assert!(must_ask(json!({"prompt": "consent"})));
        assert!(must_ask(json!({"scopes": ["openid", "offline_access"]})));
    }

    #[test]
    fn every_answer_names_the_issuer_and_returns_the_state() {
        let redirect = RedirectUri::parse("https://c.example/cb?x=1").unwrap();
        assert_eq!(
            success_redirect(&redirect, Some("s"), "https://a.example", "k"),
            "https://c.example/cb?x=1&code=k&state=s&iss=https%3A%2F%2Fa.example"
        );
        let error = OAuthError::new(OAuthErrorCode::AccessDenied, "The person said no.");
        assert_eq!(
            error_redirect(&redirect, None, "https://a.example", error),
            "https://c.example/cb?x=1&error=access_denied&error_description=The+person+said+no.&iss=https%3A%2F%2Fa.example"
        );
    }
}
