//! What is kept of a secret: its SHA-256, never the secret.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

/// A SHA-256 or HMAC-SHA-256 value. Two digests are compared in constant time.
///
/// Boxed: what an object is asked has several, and each of them was 32 bytes wherever a question is handed on.
#[derive(Clone, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Digest(Box<[u8; 32]>);

impl Digest {
    /// SHA-256 of a secret that is long enough not to be guessed (32 random bytes or more).
    pub fn of(secret: &[u8]) -> Self {
        Self(Box::new(Sha256::digest(secret).into()))
    }

    /// HMAC-SHA-256 under a key of the deployment. For what could be guessed if the digest leaked: six-digit codes,
    /// e-mail addresses. `purpose` keeps the uses of one key apart; the length of each part is mixed in, so that
    /// no two lists of parts give the same input.
    pub fn keyed(key: &[u8], purpose: &str, parts: &[&[u8]]) -> Self {
        // RFC 2104 takes keys of any length; an error cannot occur, and an empty key would be the only other answer.
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| Hmac::new(&[0; 64].into()));
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        Self(Box::new(mac.finalize().into_bytes().into()))
    }

    /// The 32 bytes of the digest. As text it is base64url without padding (RFC 4648 section 5), 43 characters.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A UUID (version and variant bits as of version 4) made of the first 16 bytes: the same digest, the same id.
    pub fn to_uuid(self) -> Uuid {
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(*self.0) {
            *to = from;
        }
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(other.0.as_slice()).into()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&Base64UrlUnpadded::encode_string(self.0.as_slice()))
    }
}

/// A digest in a log would still be an oracle for short secrets, so `Debug` does not show it.
impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Digest(…)")
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        let bytes = Base64UrlUnpadded::decode_vec(text).map_err(|_| InvalidDigest)?;
        bytes.try_into().map(Self).map_err(|_| InvalidDigest)
    }
}

impl TryFrom<String> for Digest {
    type Error = InvalidDigest;

    fn try_from(text: String) -> Result<Self, InvalidDigest> {
        text.parse()
    }
}

/// The text is not the base64url form of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidDigest;

impl fmt::Display for InvalidDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a SHA-256 digest")
    }
}

impl std::error::Error for InvalidDigest {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha_256_of_the_empty_string() {
        assert_eq!(Digest::of(b"").to_string(), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    }

    #[test]
    fn keyed_digests_tell_the_parts_and_the_purpose_apart() {
        let of = |purpose: &str, parts: &[&[u8]]| Digest::keyed(b"key", purpose, parts);
        assert_ne!(of("a", &[b"bc"]), of("a", &[b"b", b"c"]));
        assert_ne!(of("a", &[b"bc"]), of("ab", &[b"c"]));
        assert_eq!(of("a", &[b"bc"]), of("a", &[b"bc"]));
    }

    #[test]
    fn text_form_goes_both_ways() {
        let digest = Digest::of(b"secret");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!("short".parse::<Digest>(), Err(InvalidDigest));
    }
}
