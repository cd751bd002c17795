//! The authorization endpoint: what a client asks for, whether the person must log in or be asked, and how the answer travels
//! (OAuth 2.1 section 4.1.1, RFC 9207, OpenID Connect Core section 3.1.2).
//!
//! Two stages, because they fail differently. A request whose client or redirect URI is not right must be shown to the
//! person and never redirected: the address could be an attacker's. Everything after that is reported to the client by
//! redirect, with its `state` and our `iss`.

mod answer;
mod login;
mod parameters;

pub use answer::{error_redirect, success_redirect};
pub use login::{LoginAge, RequestMark};
pub use parameters::{AuthorizationParameters, OneOrMany};
use serde::{Deserialize, Serialize};

use crate::error::{OAuthError, OAuthErrorCode};
use crate::pkce::CodeChallenge;
use crate::redirect::RedirectUri;
use crate::registration::ClientMetadata;
use crate::resource::{ResourceUri, Resources};
use crate::{ClientId, Scope, Scopes};

/// The scope of lasting access: a refresh token.
pub const OFFLINE_ACCESS: &str = "offline_access";

/// What the authorization server offers.
#[derive(Debug, Clone)]
pub struct AuthorizationPolicy {
    /// Every scope that can be granted.
    pub scopes: Scopes,
    /// What a client that asks for none is taken to mean (RFC 6749 section 3.3). Some hosts send no `scope` at all and would
    /// otherwise hold a token that opens nothing; the person is shown all of it all the same.
    pub default_scopes: Scopes,
    /// What a code may be for, by `resource` (RFC 8707 section 2). One that is not among them is `invalid_target`.
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
    /// `client_id` (RFC 6749 section 4.1.1): the one that the caller looked the client up by.
    pub client_id: ClientId,
    /// `redirect_uri` (RFC 6749 section 4.1.1), as the request spells it: a loopback URI has the port of this request.
    pub redirect_uri: RedirectUri,
    /// The scopes that can be granted: those asked for that this server knows.
    pub scopes: Scopes,
    /// The scopes asked for that nobody here can grant.
    pub unknown_scopes: Scopes,
    /// `state` (RFC 6749 section 4.1.1): at most 4,096 bytes, given back with the answer unchanged.
    pub state: Option<String>,
    /// `nonce` (OpenID Connect Core section 3.1.2.1): at most 512 bytes, written into the id token unchanged.
    pub nonce: Option<String>,
    /// What `prompt` says about asking. Its value `login` is in `login_age`.
    pub prompt: Prompt,
    /// What `max_age` and the value `login` of `prompt` say about the login.
    pub login_age: LoginAge,
    /// `code_challenge` (RFC 7636 section 4.3). A request without one is refused as `invalid_request`.
    pub challenge: CodeChallenge,
    /// `resource` (RFC 8707 section 2), or the policy's default where the request names none. The access token is for it.
    pub resource: ResourceUri,
}

/// Why a request may not be answered by redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectlessRefusal {
    /// `redirect_uri` is missing, or breaks a rule of [`RedirectUri::parse`].
    InvalidRedirectUri,
    /// `redirect_uri` could be registered, and this client has not registered it.
    UnregisteredRedirectUri,
}

impl RedirectlessRefusal {
    /// The sentence that the person is shown.
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
/// Whatever [`error_redirect`] may tell the client: unsupported parameters, response type, scopes, resource, prompt, or no PKCE.
pub fn check_request(
    parameters: &AuthorizationParameters,
    client_id: ClientId,
    client: &ClientMetadata,
    redirect_uri: RedirectUri,
    policy: &AuthorizationPolicy,
) -> Result<AuthorizationRequest, OAuthError> {
    // OpenID Connect Core sections 6.1 and 6.2: what is in them cannot be read here, so nothing beside them counts.
    if parameters.request.is_some() {
        return Err(OAuthError::new(OAuthErrorCode::RequestNotSupported, "request is not supported."));
    }
    if parameters.request_uri.is_some() {
        return Err(OAuthError::new(OAuthErrorCode::RequestUriNotSupported, "request_uri is not supported."));
    }
    if parameters.response_mode.as_deref().is_some_and(|mode| mode != "query") {
        return Err(OAuthError::invalid_request("response_mode must be query."));
    }
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
    let (prompt, anew) = prompt(parameters.prompt.as_deref())?;
    let at_most = parameters
        .max_age
        .as_deref()
        .map(|text| {
            login::max_age(text).ok_or(OAuthError::invalid_request("max_age must be a number of seconds."))
        })
        .transpose()?;
    let (challenge, method) =
        (parameters.code_challenge.as_deref(), parameters.code_challenge_method.as_deref());
    let challenge = CodeChallenge::from_parameters(challenge, method)
        .map_err(|refusal| OAuthError::invalid_request(refusal.description()))?;
    let requested = requested_scopes(parameters, policy)?;
    let scopes = requested.intersection(&policy.scopes);
    if scopes.is_empty() {
        return Err(OAuthError::new(
            OAuthErrorCode::InvalidScope,
            "None of the requested scopes can be granted.",
        ));
    }
    let unknown_scopes =
        Scopes::collect(requested.iter().filter(|scope| !scopes.contains(scope.as_str())).cloned());
    let scopes = if client.lists_refresh_token && prompt != Prompt::None {
        scopes.union(&lasting_access().intersection(&policy.scopes))
    } else {
        scopes
    };
    let resource = policy.resources.choose(parameters.resources()).map_err(|_| {
        OAuthError::new(
            OAuthErrorCode::InvalidTarget,
            "resource must name one resource of this server (RFC 8707).",
        )
    })?;
    Ok(AuthorizationRequest {
        client_id,
        redirect_uri,
        scopes,
        unknown_scopes,
        state: parameters.state.clone(),
        nonce: parameters.nonce.clone(),
        prompt,
        login_age: LoginAge { anew, at_most },
        challenge,
        resource,
    })
}

/// `prompt`: whether to ask, and whether the person logs in anew.
fn prompt(value: Option<&str>) -> Result<(Prompt, bool), OAuthError> {
    let values = match value {
        None | Some("") => return Ok((Prompt::Default, false)),
        // Asking nothing and asking something exclude each other (OpenID Connect Core section 3.1.2.1).
        Some("none") => return Ok((Prompt::None, false)),
        Some(values) => values,
    };
    if !values.split(' ').all(|value| matches!(value, "consent" | "login" | "select_account")) {
        return Err(OAuthError::invalid_request(
            "prompt must be none, or any of login, consent and select_account.",
        ));
    }
    let has = |wanted| values.split(' ').any(|value| value == wanted);
    // The page that asks for consent says whose account it is, and offers another: so it has to be seen.
    let asks = has("consent") || has("select_account");
    Ok((if asks { Prompt::Consent } else { Prompt::Default }, has("login")))
}

/// What is added for a client that lists the grant `refresh_token` and does not think of asking: most hosts' libraries do not,
/// and their people were sent to the browser every hour. The person sees it and agrees to it like to any scope. With
/// `prompt=none` nobody could see it.
fn lasting_access() -> Scopes {
    Scopes::collect(OFFLINE_ACCESS.parse::<Scope>())
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
    /// What consent to this request would be remembered as.
    pub fn consent(&self) -> Consent {
        Consent {
            redirect: self.redirect_uri.without_port(),
            scopes: self.scopes.clone(),
            resource: Some(self.resource.as_str().to_owned()),
        }
    }

    /// Whether the person must be asked whatever they agreed to before: when the client insists, for lasting access, and
    /// where a program on their computer gets the answer. Anyone can hold a port or claim a scheme there, so whoever gets this
    /// answer may not be who got the last one (RFC 8252 section 8.6).
    pub fn must_ask(&self) -> bool {
        self.prompt == Prompt::Consent || self.scopes.contains(OFFLINE_ACCESS) || self.redirect_uri.is_local()
    }

    /// Whether how the person logged in matters, beyond that they are logged in.
    pub fn asks_about_login(&self) -> bool {
        self.login_age.is_asked_for()
    }
}

/// Consent that a person has given to a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Where answers go; a loopback port does not count.
    pub redirect: String,
    /// The scopes that were granted to the client.
    pub scopes: Scopes,
    /// What the tokens are for. Earlier versions did not note it: what they stored counts for no resource, since it may have been
    /// given for any that this server issues tokens for, and the person is asked once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
}

impl Consent {
    /// Whether the person has agreed to exactly this before. Anyone can claim to be a public client, so nothing merely
    /// similar will do; but who agreed to the same with lasting access has agreed to it without.
    pub fn is_among(&self, given: &[Self]) -> bool {
        given.iter().any(|earlier| {
            let more = earlier.scopes.without(OFFLINE_ACCESS);
            earlier.redirect == self.redirect
                && earlier.resource.is_some()
                && earlier.resource == self.resource
                && earlier.scopes.contains_all(&self.scopes)
                && self.scopes.contains_all(&more)
        })
    }
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
            resources: Resources {
                default,
                others: ResourceUri::parse("https://other.example/mcp").into_iter().collect(),
            },
        }
    }

    fn client_with(changes: Value) -> ClientMetadata {
        let mut request = json!({
            "redirect_uris": ["http://127.0.0.1/cb", "https://c.example/cb", "cursor://c/cb"], "client_name": "Test",
        });
        let Value::Object(changes) = changes else { panic!("changes are an object") };
        request.as_object_mut().unwrap().extend(changes);
        ClientMetadata::from_request(request.to_string().as_bytes(), crate::fetch_policy::Reach::Public)
            .unwrap()
    }

    fn client() -> ClientMetadata {
        client_with(json!({}))
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
        json::from_value(&all).unwrap()
    }

    fn check_of(client: &ClientMetadata, changes: Value) -> Result<AuthorizationRequest, OAuthErrorCode> {
        let parameters = parameters(changes);
        let redirect = check_redirect(&parameters, client).unwrap();
        check_request(&parameters, "c".parse().unwrap(), client, redirect, &policy())
            .map_err(|error| error.code)
    }

    fn check(changes: Value) -> Result<AuthorizationRequest, OAuthErrorCode> {
        check_of(&client(), changes)
    }

    #[test]
    fn a_good_request_passes() {
        let request = check(json!({})).unwrap();
        assert_eq!(request.scopes.to_string(), "openid todos:read");
        assert_eq!(request.resource.as_str(), "https://a.example/mcp");
        assert_eq!(request.login_age, LoginAge::default());
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
            (json!({"prompt": "none login"}), Code::InvalidRequest),
            (json!({"max_age": "soon"}), Code::InvalidRequest),
            (json!({"request": "a.b.c"}), Code::RequestNotSupported),
            (json!({"request_uri": "https://c.example/r"}), Code::RequestUriNotSupported),
            (json!({"response_mode": "fragment"}), Code::InvalidRequest),
            (json!({"response_mode": "form_post"}), Code::InvalidRequest),
            (json!({"code_challenge": null}), Code::InvalidRequest),
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
    fn the_defaults_may_be_said() {
        assert!(check(json!({"response_mode": "query", "code_challenge_method": "S256"})).is_ok());
    }

    #[test]
    fn a_login_is_asked_for_by_prompt_or_age() {
        let age = |change: Value| check(change).unwrap().login_age;
        assert!(age(json!({"prompt": "login"})).anew);
        assert!(age(json!({"prompt": "consent login"})).anew);
        assert!(!age(json!({"prompt": "consent"})).anew);
        assert_eq!(age(json!({"max_age": "60"})), LoginAge { anew: false, at_most: Some(60) });
        assert!(check(json!({"max_age": "60"})).unwrap().asks_about_login());
        assert!(!check(json!({})).unwrap().asks_about_login());
    }

    #[test]
    fn a_client_that_lists_refresh_tokens_is_taken_to_ask_for_lasting_access() {
        let lists = |grants: Value| client_with(json!({"grant_types": grants}));
        let scopes =
            |client: &ClientMetadata, change: Value| check_of(client, change).unwrap().scopes.to_string();
        let lasting = lists(json!(["authorization_code", "refresh_token"]));
        assert_eq!(scopes(&lasting, json!({})), "openid todos:read offline_access");
        assert_eq!(scopes(&lasting, json!({"scopes": null})), "openid email profile offline_access");
        assert_eq!(scopes(&lasting, json!({"prompt": "none"})), "openid todos:read");
        assert_eq!(
            check_of(&lasting, json!({"scopes": ["unknown"]})).err(),
            Some(OAuthErrorCode::InvalidScope)
        );
        assert!(check_of(&lasting, json!({"redirect_uri": "https://c.example/cb"})).unwrap().must_ask());
        for other in [lists(json!(["authorization_code"])), client()] {
            assert_eq!(scopes(&other, json!({})), "openid todos:read");
        }
        // As it was stored before what the client listed was noted: with both grants, for every client.
        let mut stored = serde_json::to_value(&lasting).unwrap();
        stored.as_object_mut().unwrap().remove("lists_refresh_token");
        let stored: ClientMetadata = json::from_value(&stored).unwrap();
        assert_eq!(stored.grant_types, ["authorization_code", "refresh_token"]);
        assert_eq!(scopes(&stored, json!({})), "openid todos:read");
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
        assert!(!is_remembered(json!({"scopes": ["openid", "todos:read", "offline_access"]})));
        assert!(!is_remembered(json!({"redirect_uri": "https://c.example/cb"})));
        let lasting =
            [check(json!({"scopes": ["openid", "todos:read", "offline_access"]})).unwrap().consent()];
        assert!(check(json!({})).unwrap().consent().is_among(&lasting));
        assert!(!check(json!({"scopes": ["openid"]})).unwrap().consent().is_among(&lasting));
    }

    #[test]
    fn consent_is_to_one_resource_and_what_was_stored_without_one_counts_for_none() {
        let given = check(json!({})).unwrap().consent();
        let is_remembered = |change: Value, given: &Consent| {
            check(change).unwrap().consent().is_among(std::slice::from_ref(given))
        };
        assert!(is_remembered(json!({"resource": "https://a.example/mcp"}), &given));
        assert!(!is_remembered(json!({"resource": "https://other.example/mcp"}), &given));
        let mut stored = serde_json::to_value(&given).unwrap();
        stored.as_object_mut().unwrap().remove("resource");
        let stored: Consent = json::from_value(&stored).unwrap();
        assert_eq!(stored, Consent { resource: None, ..given.clone() });
        assert!(!is_remembered(json!({}), &stored));
        assert!(!stored.is_among(std::slice::from_ref(&stored)));
    }

    #[test]
    fn some_things_are_always_asked_for() {
        let must_ask = |change: Value| {
            let mut all = json!({"redirect_uri": "https://c.example/cb"});
            all.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            check(all).unwrap().must_ask()
        };
        assert!(!must_ask(json!({})));
        assert!(must_ask(json!({"prompt": "consent"})));
        assert!(must_ask(json!({"prompt": "select_account"})));
        assert!(must_ask(json!({"prompt": "login select_account"})));
        assert!(must_ask(json!({"scopes": ["openid", "offline_access"]})));
        assert!(must_ask(json!({"redirect_uri": "http://127.0.0.1:5/cb"})));
        assert!(must_ask(json!({"redirect_uri": "cursor://c/cb"})));
    }
}
