//! JSON Web Keys (RFC 7517), as far as RS256 needs them.

use serde::{Deserialize, Serialize};

/// A public RSA key of an issuer. Members that are not needed to verify are dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    pub kty: String,
    #[serde(default)]
    pub kid: String,
    /// base64url of the modulus.
    pub n: String,
    /// base64url of the exponent.
    pub e: String,
    #[serde(rename = "use", default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_ops: Vec<String>,
}

impl Jwk {
    /// The key as Stytch publishes its own.
    pub fn rs256(kid: String, n: String, e: String) -> Self {
        Self {
            kty: "RSA".to_owned(),
            kid,
            n,
            e,
            purpose: Some("sig".to_owned()),
            alg: Some(super::ALGORITHM.to_owned()),
            key_ops: vec!["verify".to_owned()],
        }
    }

    fn verifies_rs256(&self) -> bool {
        self.kty == "RSA"
            && self.alg.as_deref().is_none_or(|alg| alg == super::ALGORITHM)
            && self.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
            // 2,048 bits at least (RFC 7518 section 3.3): 342 characters of base64url. 8,192 bits at most.
            && (342..=1366).contains(&self.n.len())
    }
}

/// A key set: the keys of an issuer that can verify RS256.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwks {
    pub keys: Vec<Jwk>,
}

impl Jwks {
    /// Reads a key set. Keys of other types, and keys this crate cannot read, are skipped (RFC 7517 section 5).
    pub fn parse(json: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Document {
            keys: Vec<serde_json::Value>,
        }
        let document: Document = serde_json::from_slice(json).ok()?;
        let readable = document.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        Some(Self { keys: readable.filter(Jwk::verifies_rs256).collect() })
    }

    pub fn find(&self, kid: &str) -> Option<&Jwk> {
        self.keys.iter().find(|key| key.kid == kid)
    }
}
