//! Opaque tokens that are an address and a secret.
//!
//! `{kind}_` followed by base64url of the account's UUID (16 bytes) and 32 random bytes. The UUID says which account
//! holds the token, so one lookup leads to the one place that may consume it, and nothing global has to know it. The
//! account keeps only the SHA-256 of the whole text. The prefix keeps the kinds apart before anything is looked up,
//! and lets secret scanners recognise a leaked one.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use uuid::Uuid;

use crate::Digest;

/// What an opaque token opens. One kind is never accepted in place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpaqueKind {
    /// A login session of the browser.
    Session,
    /// An authorization code (RFC 6749 section 4.1.2).
    AuthorizationCode,
    /// A refresh token (RFC 6749 section 1.5).
    RefreshToken,
}

impl OpaqueKind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "session_",
            Self::AuthorizationCode => "code_",
            Self::RefreshToken => "refresh_",
        }
    }
}

/// An opaque token: its text, and the account it leads to.
#[derive(Clone, PartialEq, Eq)]
pub struct OpaqueToken {
    text: String,
    account: Uuid,
}

impl OpaqueToken {
    /// Makes a token; `secret` is 32 bytes from a cryptographic random source (or a keyed digest).
    pub fn new(kind: OpaqueKind, account: Uuid, secret: &[u8; 32]) -> Self {
        let body = Base64UrlUnpadded::encode_string(&[account.as_bytes().as_slice(), secret].concat());
        Self { text: format!("{}{body}", kind.prefix()), account }
    }

    /// Reads a token of the expected kind; `None` for anything else, including other spellings of the same bytes.
    pub fn parse(kind: OpaqueKind, text: &str) -> Option<Self> {
        let bytes = Base64UrlUnpadded::decode_vec(text.strip_prefix(kind.prefix())?).ok()?;
        let (account, secret) = bytes.split_first_chunk::<16>()?;
        let secret: &[u8; 32] = secret.try_into().ok()?;
        let token = Self::new(kind, Uuid::from_bytes(*account), secret);
        (token.text == text).then_some(token)
    }

    /// The token that follows this one: the same for the same key, and underivable without it. A client that lost the
    /// answer to a refresh and asks again is given the same successor, so a family of tokens never forks.
    #[must_use]
    pub fn successor(&self, kind: OpaqueKind, key: &[u8]) -> Self {
        let secret = Digest::keyed(key, "refresh token successor", &[self.text.as_bytes()]);
        Self::new(kind, self.account, secret.as_bytes())
    }

    /// The UUID of the account that holds this token.
    pub const fn account(&self) -> Uuid {
        self.account
    }

    /// What is stored of the token.
    pub fn digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// The token itself, to be handed to its owner and to nobody else.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Never the secret: tokens must not reach a log.
impl fmt::Debug for OpaqueToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OpaqueToken").field("account", &self.account).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn kinds_are_kept_apart() {
        let token = OpaqueToken::new(OpaqueKind::RefreshToken, Uuid::nil(), &[7; 32]);
        assert!(OpaqueToken::parse(OpaqueKind::RefreshToken, token.as_str()).is_some());
        assert!(OpaqueToken::parse(OpaqueKind::Session, token.as_str()).is_none());
        assert!(OpaqueToken::parse(OpaqueKind::AuthorizationCode, token.as_str()).is_none());
    }

    #[test]
    fn the_successor_is_one_and_needs_the_key() {
        let token = OpaqueToken::new(OpaqueKind::RefreshToken, Uuid::nil(), &[7; 32]);
        let next = |key: &[u8]| token.successor(OpaqueKind::RefreshToken, key);
        assert_eq!(next(b"a"), next(b"a"));
        assert_ne!(next(b"a"), next(b"b"));
        assert_eq!(next(b"a").account(), token.account());
    }

    proptest! {
        #[test]
        fn text_form_goes_both_ways(account: [u8; 16], secret: [u8; 32]) {
            let token = OpaqueToken::new(OpaqueKind::Session, Uuid::from_bytes(account), &secret);
            let parsed = OpaqueToken::parse(OpaqueKind::Session, token.as_str());
            prop_assert_eq!(parsed.as_ref().map(OpaqueToken::account), Some(Uuid::from_bytes(account)));
            prop_assert_eq!(parsed, Some(token));
        }

        #[test]
        fn any_text_is_refused_without_harm(text in ".{0,120}") {
            prop_assert!(OpaqueToken::parse(OpaqueKind::Session, &text).is_none());
        }
    }
}
