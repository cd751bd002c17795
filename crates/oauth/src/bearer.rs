//! Bearer authentication: reading `Authorization` (RFC 6750 section 2.1) and the challenge that answers a refusal
//! (RFC 6750 section 3, RFC 9728 section 5.1).

use std::fmt;

use crate::Scopes;
use crate::jwt::TokenRefusal;

/// The token of an `Authorization` header. `None` when there is no header, or one of another scheme: then no
/// authentication was attempted. The scheme's name is case-insensitive (RFC 9110 section 11.1).
pub fn token_of(authorization: Option<&str>) -> Option<&str> {
    let (scheme, token) = authorization?.trim().split_once(' ').unwrap_or((authorization?.trim(), ""));
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}

/// Why a request with or without a bearer token is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BearerRefusal {
    /// No bearer token was sent.
    NoToken,
    /// One was sent and is not acceptable.
    Token(TokenRefusal),
    /// The access it once gave has been taken back.
    Revoked,
    /// It is good, but not for this. Names every scope that the operation needs.
    InsufficientScope(Scopes),
}

impl BearerRefusal {
    /// The HTTP status of the answer (RFC 6750 section 3.1): 401 where a valid token would help, 403 where one with more
    /// scopes would.
    pub const fn status(&self) -> u16 {
        match self {
            Self::NoToken | Self::Token(_) | Self::Revoked => 401,
            Self::InsufficientScope(_) => 403,
        }
    }

    /// `error` and `error_description`. Without credentials there is no error to report (RFC 6750 section 3.1).
    const fn error(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::NoToken => None,
            Self::Token(refusal) => Some(("invalid_token", refusal.description())),
            Self::Revoked => Some(("invalid_token", "The access has been revoked.")),
            Self::InsufficientScope(_) => {
                Some(("insufficient_scope", "The token does not have all scopes that this needs."))
            }
        }
    }
}

/// The value of `WWW-Authenticate`.
pub struct Challenge<'a> {
    /// What is wrong. It becomes `error` and `error_description`; for [`BearerRefusal::NoToken`] both are left out.
    pub refusal: &'a BearerRefusal,
    /// URL of the protected resource's metadata document.
    pub resource_metadata: &'a str,
    /// What a client should ask for when the refusal does not say.
    pub default_scopes: &'a Scopes,
}

impl fmt::Display for Challenge<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Bearer ")?;
        if let Some((error, description)) = self.refusal.error() {
            write!(formatter, "error=\"{error}\", error_description=\"{description}\", ")?;
        }
        let scopes = match self.refusal {
            BearerRefusal::InsufficientScope(scopes) => scopes,
            _ => self.default_scopes,
        };
        if !scopes.is_empty() {
            // The grammar of scopes has neither quote nor backslash, so nothing needs escaping.
            write!(formatter, "scope=\"{scopes}\", ")?;
        }
        write!(formatter, "resource_metadata=\"{}\"", Escaped(self.resource_metadata))
    }
}

/// The inside of a quoted string (RFC 9110 section 5.6.4).
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        for character in self.0.chars().filter(|character| !character.is_control()) {
            if matches!(character, '"' | '\\') {
                formatter.write_char('\\')?;
            }
            formatter.write_char(character)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(refusal: &BearerRefusal) -> String {
        let scopes = "openid email".parse().unwrap();
        Challenge { refusal, resource_metadata: "https://a.example/m", default_scopes: &scopes }.to_string()
    }

    #[test]
    fn the_scheme_is_case_insensitive_and_the_token_exact() {
        assert_eq!(token_of(Some("Bearer abc")), Some("abc"));
        assert_eq!(token_of(Some("bEARER   abc ")), Some("abc"));
        assert_eq!(token_of(Some("Bearer")), Some(""));
        assert_eq!(token_of(Some("Basic abc")), None);
        assert_eq!(token_of(Some("Bearerabc")), None);
        assert_eq!(token_of(Some("")), None);
        assert_eq!(token_of(None), None);
    }

    #[test]
    fn without_credentials_there_is_no_error() {
        assert_eq!(
            challenge(&BearerRefusal::NoToken),
            r#"Bearer scope="openid email", resource_metadata="https://a.example/m""#
        );
    }

    #[test]
    fn a_bad_token_is_invalid_token() {
        assert_eq!(
            challenge(&BearerRefusal::Token(TokenRefusal::Expired)),
            r#"Bearer error="invalid_token", error_description="The token has expired.", scope="openid email", resource_metadata="https://a.example/m""#
        );
    }

    #[test]
    fn missing_scopes_are_named_all_at_once() {
        let refusal = BearerRefusal::InsufficientScope("todos:read todos:write".parse().unwrap());
        assert_eq!(refusal.status(), 403);
        let text = challenge(&refusal);
        assert!(
            text.contains(r#"error="insufficient_scope""#)
                && text.contains(r#"scope="todos:read todos:write""#)
        );
    }
}
