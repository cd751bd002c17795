//! Proof Key for Code Exchange (RFC 7636), S256 only as OAuth 2.1 asks. `plain` is refused: it protects nothing once the
//! authorization request has been seen.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Digest;

/// The `code_challenge_methods_supported` of the metadata documents.
pub const METHOD: &str = "S256";

/// `code_challenge`: the SHA-256 of the verifier, 43 characters of base64url.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeChallenge(Digest);

impl FromStr for CodeChallenge {
    type Err = PkceRefusal;

    fn from_str(text: &str) -> Result<Self, PkceRefusal> {
        let digest: Digest = text.parse().map_err(|_| PkceRefusal::MalformedChallenge)?;
        Ok(Self(digest))
    }
}

impl CodeChallenge {
    /// Reads the two parameters of an authorization request. A missing method counts as S256, because Stytch's
    /// consent component does not pass the method on; the challenge must have the form of a SHA-256 either way.
    ///
    /// # Errors
    /// If there is no challenge, it is no SHA-256, or the method is not S256.
    pub fn from_parameters(challenge: Option<&str>, method: Option<&str>) -> Result<Self, PkceRefusal> {
        match method {
            None | Some(METHOD) => challenge.ok_or(PkceRefusal::MissingChallenge)?.parse(),
            Some(_) => Err(PkceRefusal::UnsupportedMethod),
        }
    }

    /// Whether this is the challenge of `verifier`, compared in constant time.
    pub fn is_met_by(&self, verifier: &CodeVerifier) -> bool {
        self.0 == Digest::of(verifier.0.as_bytes())
    }
}

/// `code_verifier`: 43 to 128 unreserved characters (RFC 7636 section 4.1).
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeVerifier(String);

impl FromStr for CodeVerifier {
    type Err = PkceRefusal;

    fn from_str(text: &str) -> Result<Self, PkceRefusal> {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if (43..=128).contains(&text.len()) && text.bytes().all(unreserved) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PkceRefusal::MalformedVerifier)
        }
    }
}

/// What is wrong with the parameters of PKCE. Each is `invalid_request` (RFC 7636 section 4.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PkceRefusal {
    /// No `code_challenge`. It is required of every client, confidential ones too.
    MissingChallenge,
    /// `code_challenge` is not 43 characters of base64url without padding.
    MalformedChallenge,
    /// `code_challenge_method` is there and is not `S256`.
    UnsupportedMethod,
    /// `code_verifier` is not 43 to 128 unreserved characters (RFC 7636 section 4.1).
    MalformedVerifier,
}

impl PkceRefusal {
    /// The `error_description` of the answer.
    pub const fn description(self) -> &'static str {
        match self {
            Self::MissingChallenge => "code_challenge is required (RFC 7636).",
            Self::MalformedChallenge => {
                "code_challenge must be the base64url form of a SHA-256, 43 characters."
            }
            Self::UnsupportedMethod => "code_challenge_method must be S256.",
            Self::MalformedVerifier => "code_verifier must be 43 to 128 unreserved characters.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_holds() {
        let challenge = CodeChallenge::from_parameters(Some(CHALLENGE), Some("S256")).unwrap();
        assert!(challenge.is_met_by(&VERIFIER.parse().unwrap()));
        assert!(!challenge.is_met_by(&CHALLENGE.parse().unwrap()));
    }

    #[test]
    fn plain_is_refused_and_so_is_no_challenge() {
        let read = |challenge, method| CodeChallenge::from_parameters(challenge, method).err();
        assert_eq!(read(Some(CHALLENGE), Some("plain")), Some(PkceRefusal::UnsupportedMethod));
        assert_eq!(read(Some(CHALLENGE), Some("s256")), Some(PkceRefusal::UnsupportedMethod));
        assert_eq!(read(None, Some("S256")), Some(PkceRefusal::MissingChallenge));
        assert_eq!(read(Some("short"), None), Some(PkceRefusal::MalformedChallenge));
        assert_eq!(read(Some(CHALLENGE), None), None);
    }

    #[test]
    fn verifiers_have_a_length_and_an_alphabet() {
        assert!("a".repeat(43).parse::<CodeVerifier>().is_ok());
        for text in ["a".repeat(42), "a".repeat(129), format!("{} ", "a".repeat(43)), "ä".repeat(43)] {
            assert!(text.parse::<CodeVerifier>().is_err());
        }
    }
}
