//! Text that a client keeps for us and cannot alter: what a stateless server remembers from one request to the next.
//!
//! "Servers MUST treat `requestState` as attacker-controlled input" (2026-07-28 basic/patterns/mrtr, "Security
//! Considerations"). Sealed text is readable and authentic: HMAC-SHA-256 (RFC 2104) over its purpose and its content. Its
//! user, purpose and expiry are part of the content, and are checked by the code that opens it.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::ports::authorize::Authorize;

/// The length of a [`SealingKey::tag`], in bytes: the MAC is truncated to 128 bits.
const TAG_BYTES: usize = 16;

/// The secret behind every seal of one deployment. It never leaves the process, and does not show in logs.
#[derive(Clone)]
pub struct SealingKey([u8; 32]);

impl SealingKey {
    /// A key from 32 bytes of a cryptographic random source. All isolates of a deployment need the same one, and what was
    /// sealed with another is refused.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Whether it is the same key. For keys of one's own: how long it takes may say where they differ.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    /// Seals content for a purpose. The purpose is told apart by the seal: text sealed for one opens for no other.
    pub(crate) fn seal(&self, purpose: &str, content: &[u8]) -> Option<String> {
        let tag = self.mac(purpose, content)?.finalize().into_bytes();
        Some(format!(
            "{}.{}",
            Base64UrlUnpadded::encode_string(content),
            Base64UrlUnpadded::encode_string(&tag)
        ))
    }

    /// The content of sealed text; `None` if this key did not seal exactly this text for this purpose.
    pub(crate) fn open(&self, purpose: &str, sealed: &str) -> Option<Vec<u8>> {
        let (content, tag) = sealed.split_once('.')?;
        let content = Base64UrlUnpadded::decode_vec(content).ok()?;
        let tag = Base64UrlUnpadded::decode_vec(tag).ok()?;
        self.mac(purpose, &content)?.verify_slice(&tag).ok()?;
        Some(content)
    }

    /// Seals a value as JSON, for its owner.
    pub(crate) fn seal_for(&self, purpose: &str, owner: &Owner, content: &impl Serialize) -> Option<String> {
        let both = Owned { owner, content };
        self.seal(purpose, &json::to_vec(&both).ok()?)
    }

    /// The value that was sealed; `None` also where a caller is not its owner.
    pub(crate) fn open_for<T: DeserializeOwned>(
        &self,
        purpose: &str,
        caller: &Owner,
        sealed: &str,
    ) -> Option<T> {
        let content = self.open(purpose, sealed)?;
        if Owner::of_sealed(&content)?.admits(caller) { json::from_slice(&content).ok() } else { None }
    }

    /// Bytes that cannot be told from random ones without the key. The same purpose and content always give the same bytes.
    pub(crate) fn derive(&self, purpose: &str, content: &[u8]) -> Option<[u8; TAG_BYTES]> {
        self.mac(purpose, content)?.finalize().into_bytes().first_chunk().copied()
    }

    /// A short proof that this key has seen the content, to stand beside it. 22 characters of Base64.
    pub(crate) fn tag(&self, purpose: &str, content: &[u8]) -> Option<String> {
        Some(Base64UrlUnpadded::encode_string(&self.derive(purpose, content)?))
    }

    /// Whether that is the tag of this content.
    pub(crate) fn is_tag(&self, tag: &str, purpose: &str, content: &[u8]) -> bool {
        let tag = Base64UrlUnpadded::decode_vec(tag).ok().filter(|tag| tag.len() == TAG_BYTES);
        tag.zip(self.mac(purpose, content)).is_some_and(|(tag, mac)| mac.verify_truncated_left(&tag).is_ok())
    }

    /// HMAC takes keys of any length, so there always is one.
    fn mac(&self, purpose: &str, content: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(content);
        Some(mac)
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey")
    }
}

/// Who may use what was sealed: a caller, through one client of theirs. As digests, since it is sent with every request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Owner {
    #[serde(rename = "p")]
    principal: String,
    /// Absent from what was sealed before clients were told apart. That is any client's of its caller, until it expires.
    #[serde(rename = "a", skip_serializing_if = "Option::is_none")]
    client: Option<String>,
}

impl Owner {
    pub(crate) fn of(caller: &impl Authorize) -> Self {
        Self::named(caller.principal(), caller.client())
    }

    pub(crate) fn named(principal: &str, client: &str) -> Self {
        Self { principal: digest(principal), client: Some(digest(client)) }
    }

    /// The owner that is sealed with some content. Read on its own: for a flattened field serde compiles another reader of the whole.
    fn of_sealed(content: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Written {
            p: Option<String>,
            a: Option<String>,
            /// The caller, as [`Authorize::principal`] names them: of states that were sealed before they had an owner.
            principal: Option<String>,
        }
        let Written { p, a, principal } = json::from_slice(content).ok()?;
        Some(Self { principal: p.or_else(|| principal.as_deref().map(digest))?, client: a })
    }

    /// Whether what is this owner's may be used by a caller.
    pub(crate) fn admits(&self, caller: &Self) -> bool {
        self.principal == caller.principal && (self.client.is_none() || self.client == caller.client)
    }
}

/// What is sealed for an owner, in one object.
#[derive(Serialize)]
struct Owned<'a, T> {
    #[serde(flatten)]
    owner: &'a Owner,
    #[serde(flatten)]
    content: &'a T,
}

/// A short name for a longer text, in which no two texts are known to share one.
pub fn digest(text: &str) -> String {
    Base64UrlUnpadded::encode_string(&Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_for_its_purpose_and_key_alone() {
        let key = SealingKey::new([7; 32]);
        let sealed = key.seal("state", b"content").unwrap();
        assert_eq!(key.open("state", &sealed).as_deref(), Some(&b"content"[..]));
        assert_eq!(key.open("session", &sealed), None);
        assert_eq!(SealingKey::new([8; 32]).open("state", &sealed), None);
        for end in 0..sealed.len() {
            assert_eq!(key.open("state", sealed.get(..end).unwrap()), None);
        }
        for spoilt in
            [format!("{sealed}-TAMPERED"), format!("{sealed}A"), format!("A{sealed}"), String::new()]
        {
            assert_eq!(key.open("state", &spoilt), None, "{spoilt}");
        }
    }

    #[test]
    fn a_tag_is_of_its_content_purpose_and_key_alone() {
        let key = SealingKey::new([7; 32]);
        let tag = key.tag("question", b"name").unwrap();
        assert!(key.is_tag(&tag, "question", b"name"));
        assert!(!key.is_tag(&tag, "question", b"names"));
        assert!(!key.is_tag(&tag, "answer", b"name"));
        assert!(!SealingKey::new([8; 32]).is_tag(&tag, "question", b"name"));
        for spoilt in ["", "AA", tag.get(1..).unwrap(), &format!("{tag}A")] {
            assert!(!key.is_tag(spoilt, "question", b"name"), "{spoilt}");
        }
    }

    #[test]
    fn a_key_does_not_show() {
        assert_eq!(format!("{:?}", SealingKey::new([7; 32])), "SealingKey");
    }
}
