//! RS256 keys: the one that signs, and those that verify.

use oauth::jwt::{Jwk, SignatureAlgorithm::Rs256};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::web_crypto;

/// In bits. RFC 7518 section 3.3 asks for 2,048 at least; Stytch uses that.
const MODULUS_BITS: u32 = 2048;

/// A private key.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SigningKey {
    kid: String,
    /// The JSON Web Key. Not `Debug`, never logged.
    jwk: Box<RawValue>,
}

/// A private key as it is stored: every release has kept the JSON Web Key as text in the JSON.
#[derive(Serialize, Deserialize)]
struct StoredKey {
    kid: String,
    jwk: String,
}

impl SigningKey {
    /// Makes a key: its private half, and its public half as it is published.
    pub(super) async fn generate(kid: String) -> worker_kit::Result<(Self, Jwk)> {
        let jwk = json::raw(web_crypto::generate_rs256(MODULUS_BITS).await?)?;
        let PublicPart { n, e } = json::from_str(jwk.get())?;
        Ok((Self { kid: kid.clone(), jwk }, Jwk::rs256(kid, n, e)))
    }

    pub(super) fn stored(&self) -> json::Result<String> {
        json::to_string(&StoredKey { kid: self.kid.clone(), jwk: self.jwk.get().to_owned() })
    }

    pub(super) fn of_stored(json: &str) -> json::Result<Self> {
        let StoredKey { kid, jwk } = json::from_str(json)?;
        Ok(Self { kid, jwk: json::raw(jwk)? })
    }

    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    pub(crate) async fn sign(&self, message: &[u8]) -> worker_kit::Result<Vec<u8>> {
        web_crypto::sign(Rs256, self.jwk.get(), message).await
    }
}

/// Of a private key's JWK: what everybody may know.
#[derive(Deserialize)]
struct PublicPart {
    n: String,
    e: String,
}

/// Whether `signature` is that of `message` by the key.
///
/// # Errors
/// If the platform cannot use the key at all.
pub(crate) async fn verify(jwk: &Jwk, message: &[u8], signature: &[u8]) -> worker_kit::Result<bool> {
    web_crypto::verify(Rs256, &json::to_string(jwk)?, message, signature).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_stored_as_the_first_release_stored_it() {
        let stored = r#"{"kid":"jwk-test-1","jwk":"{\"kty\":\"RSA\",\"n\":\"AQAB\"}"}"#;
        let key = SigningKey::of_stored(stored).unwrap();
        assert_eq!(key.jwk.get(), r#"{"kty":"RSA","n":"AQAB"}"#);
        assert_eq!(key.stored().unwrap(), stored);
    }
}
