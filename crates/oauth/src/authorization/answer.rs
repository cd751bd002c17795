//! How an answer travels to the client: in the query of its redirect URI (RFC 6749 sections 4.1.2 and 4.1.2.1).

use crate::OAuthError;
use crate::redirect::RedirectUri;

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
    use crate::OAuthErrorCode;

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
