//! JSON Web Keys (RFC 7517), as far as RS256 needs them.

use serde::{Deserialize, Serialize};

/// A public RSA key of an issuer. Members that are not needed to verify are dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// The key type (RFC 7517 section 4.1). In a [`Jwks`] it is `RSA`.
    pub kty: String,
    /// By which a token names the key (RFC 7517 section 4.5), compared to the letter. Empty where the issuer gives none.
    #[serde(default)]
    pub kid: String,
    /// base64url of the modulus.
    pub n: String,
    /// base64url of the exponent.
    pub e: String,
    /// The member `use` (RFC 7517 section 4.2). In a [`Jwks`] it is `sig` or left out.
    #[serde(rename = "use", default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The algorithm that the key is for (RFC 7517 section 4.4). In a [`Jwks`] it is `RS256` or left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// What the key may do (RFC 7517 section 4.3). [`Self::rs256`] says `verify`; what an issuer says is not looked at.
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
    /// The member `keys` (RFC 7517 section 5.1), in the issuer's order.
    pub keys: Vec<Jwk>,
}

impl Jwks {
    /// Reads a key set. Keys of other types, and keys this crate cannot read, are skipped (RFC 7517 section 5).
    pub fn parse(json: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Document {
            keys: Vec<serde_json::Value>,
        }
        let document: Document = json::from_slice(json).ok()?;
        let readable = document.keys.into_iter().filter_map(|key| json::from_value::<Jwk>(&key).ok());
        Some(Self { keys: readable.filter(Jwk::verifies_rs256).collect() })
    }

    /// The first key of that `kid`.
    pub fn find(&self, kid: &str) -> Option<&Jwk> {
        self.keys.iter().find(|key| key.kid == kid)
    }
}
