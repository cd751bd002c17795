//! The public keys by which a client proves itself (RFC 7517, RFC 7518 section 6, RFC 8037): registered with it, part of its
//! document, or at its `jwks_uri`.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Map, Value};

use super::algorithm::SignatureAlgorithm;
use crate::strict_json;

/// A public key, reduced to what it takes to verify with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientKey {
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    /// The one algorithm that the key is for, if it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(flatten)]
    material: KeyMaterial,
}

/// By way of one struct: for a flattened enum with its tag inside, serde compiles two more readers of each member.
impl<'de> Deserialize<'de> for ClientKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Written {
            kid: Option<String>,
            alg: Option<String>,
            kty: String,
            n: Option<String>,
            e: Option<String>,
            crv: Option<String>,
            x: Option<String>,
            y: Option<String>,
        }
        let Written { kid, alg, kty, n, e, crv, x, y } = Written::deserialize(deserializer)?;
        let material = match (kty.as_str(), n, e, crv, x, y) {
            ("RSA", Some(n), Some(e), ..) => KeyMaterial::Rsa { n, e },
            ("EC", _, _, Some(crv), Some(x), Some(y)) => KeyMaterial::Ec { crv, x, y },
            ("OKP", _, _, Some(crv), Some(x), _) => KeyMaterial::Okp { crv, x },
            _ => return Err(D::Error::custom("not a key of a known kind")),
        };
        Ok(Self { kid, alg, material })
    }
}

/// What a key is made of. Written as JSON it is a JSON Web Key with nothing that a platform could stumble over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kty")]
pub enum KeyMaterial {
    /// RFC 7518 section 6.3.1, for RS256 and PS256. Both numbers are base64url, most significant byte first.
    #[serde(rename = "RSA")]
    Rsa {
        /// The modulus: 2,048 to 8,192 bits.
        n: String,
        /// The exponent: odd, at least 3, at most 4 bytes.
        e: String,
    },
    /// RFC 7518 section 6.2.1, for ES256. Both coordinates are base64url of 32 bytes.
    #[serde(rename = "EC")]
    Ec {
        /// The curve: `P-256`.
        crv: String,
        /// The first coordinate of the point.
        x: String,
        /// The second coordinate. That the point is on its curve is not checked here.
        y: String,
    },
    /// RFC 8037 section 2, for `EdDSA`.
    #[serde(rename = "OKP")]
    Okp {
        /// The curve: `Ed25519`.
        crv: String,
        /// The public key: base64url of 32 bytes.
        x: String,
    },
}

/// In bits. RFC 7518 section 3.3 asks for 2,048 at least; beyond 8,192 a check takes milliseconds.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
/// Longer exponents make a check slow, and nobody uses them.
const MAX_RSA_EXPONENT_BYTES: usize = 4;
const MAX_KID_LENGTH: usize = 256;

impl ClientKey {
    /// What the signature is checked with: to be imported as a JSON Web Key.
    pub const fn material(&self) -> &KeyMaterial {
        &self.material
    }

    /// Whether signatures by that algorithm may be checked with it.
    fn is_for(&self, algorithm: SignatureAlgorithm) -> bool {
        let fits = match self.material {
            KeyMaterial::Rsa { .. } => {
                matches!(algorithm, SignatureAlgorithm::Rs256 | SignatureAlgorithm::Ps256)
            }
            KeyMaterial::Ec { .. } => algorithm == SignatureAlgorithm::Es256,
            KeyMaterial::Okp { .. } => algorithm == SignatureAlgorithm::EdDsa,
        };
        fits && self.alg.as_deref().is_none_or(|name| SignatureAlgorithm::named(name) == Some(algorithm))
    }

    /// A key of a set; `None` for one that is of no use here, which is left out (RFC 7517 section 5).
    fn read(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let own = |name: &str| text(name).map(str::to_owned);
        let is_absent = |name: &str| jwk.get(name).is_none_or(Value::is_null);
        let verifies = jwk.get("key_ops").and_then(Value::as_array);
        let verifies = verifies.is_some_and(|all| all.iter().any(|operation| operation == "verify"));
        if !(is_absent("key_ops") || verifies) || !(is_absent("use") || text("use") == Some("sig")) {
            return None;
        }
        let material = match (text("kty")?, text("crv")) {
            ("RSA", _) => KeyMaterial::Rsa { n: own("n")?, e: own("e")? },
            ("EC", Some("P-256")) => KeyMaterial::Ec { crv: own("crv")?, x: own("x")?, y: own("y")? },
            ("OKP", Some("Ed25519")) => KeyMaterial::Okp { crv: own("crv")?, x: own("x")? },
            _ => return None,
        };
        let key = Self { kid: own("kid"), alg: own("alg"), material };
        let kid_is_fine = is_absent("kid") || key.kid.as_ref().is_some_and(|kid| kid.len() <= MAX_KID_LENGTH);
        let alg_is_fine = is_absent("alg")
            || key.alg.as_deref().and_then(SignatureAlgorithm::named).is_some_and(|named| key.is_for(named));
        (kid_is_fine && alg_is_fine && key.material.is_well_made()).then_some(key)
    }
}

impl KeyMaterial {
    /// Whether numbers have the lengths that they must have. That a point is on its curve is the platform's to see.
    fn is_well_made(&self) -> bool {
        match self {
            Self::Rsa { n, e } => {
                let (Some(modulus), Some(exponent)) = (number(n), number(e)) else { return false };
                let is_odd = exponent.last().is_some_and(|last| last & 1 == 1);
                RSA_BITS.contains(&bits(&modulus))
                    && is_odd
                    && exponent.len() <= MAX_RSA_EXPONENT_BYTES
                    && exponent != [1]
            }
            Self::Ec { x, y, .. } => [x, y].iter().all(|text| is_32_bytes(text)),
            Self::Okp { x, .. } => is_32_bytes(x),
        }
    }
}

/// A number in base64url (RFC 7518 section 2), most significant byte first, without leading zeros.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = Base64UrlUnpadded::decode_vec(text).ok()?;
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

fn is_32_bytes(text: &str) -> bool {
    Base64UrlUnpadded::decode_vec(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// The keys of one client: one at least, all of them usable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientKeySet {
    keys: Vec<ClientKey>,
}

/// Why a set of keys is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeySetRefusal {
    /// More than [`ClientKeySet::MAX_BYTES`].
    TooLong,
    /// Not `{"keys": [{…}]}`.
    Malformed,
    /// More than [`ClientKeySet::MAX_KEYS`].
    TooManyKeys,
    /// A private or symmetric key in it: somebody has published a secret.
    Secret,
    /// No key that fits one of the algorithms.
    NoUsableKey,
}

impl KeySetRefusal {
    /// One sentence for the developer of the client: the `error_description` of `invalid_client_metadata` for a set in a
    /// registration.
    pub const fn description(self) -> &'static str {
        match self {
            Self::TooLong => "The key set may have at most 32 KB.",
            Self::Malformed => "The key set is not a JSON Web Key Set (RFC 7517).",
            Self::TooManyKeys => "The key set may have at most 16 keys.",
            Self::Secret => {
                "The key set contains a private or a symmetric key. Publish public keys only, and replace this one."
            }
            Self::NoUsableKey => {
                "The key set has no public key for RS256, PS256, ES256 or EdDSA (RSA from 2048 to 8192 bits, P-256, Ed25519)."
            }
        }
    }
}

/// Why no key of a set is the one that a signature says it is by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSuchKey {
    /// None has that `kid` and fits the algorithm. It may have been added since the set was read.
    Unknown,
    /// Several could be meant (OpenID Connect Core section 10.1: with several keys, a `kid` is needed).
    Ambiguous,
}

impl ClientKeySet {
    /// The longest set that is read, in bytes: keys may bring their certificates along.
    pub const MAX_BYTES: usize = 32 * 1024;
    /// The most keys that a set may have, counting those of no use here.
    pub const MAX_KEYS: usize = 16;

    /// Reads a set that was fetched.
    ///
    /// # Errors
    /// One [`KeySetRefusal`] for each reason.
    pub fn read(body: &[u8]) -> Result<Self, KeySetRefusal> {
        if body.len() > Self::MAX_BYTES {
            return Err(KeySetRefusal::TooLong);
        }
        Self::from_members(&strict_json::object(body).map_err(|_| KeySetRefusal::Malformed)?)
    }

    /// Reads a set that is part of a registration or a document: the member `jwks` (RFC 7591 section 2).
    ///
    /// # Errors
    /// One [`KeySetRefusal`] for each reason.
    pub(crate) fn from_members(set: &Map<String, Value>) -> Result<Self, KeySetRefusal> {
        let keys = set.get("keys").and_then(Value::as_array).ok_or(KeySetRefusal::Malformed)?;
        if keys.len() > Self::MAX_KEYS {
            return Err(KeySetRefusal::TooManyKeys);
        }
        let keys: Option<Vec<_>> = keys.iter().map(Value::as_object).collect();
        let keys = keys.ok_or(KeySetRefusal::Malformed)?;
        // RFC 7518 sections 6.2.2, 6.3.2 and 6.4.
        let is_secret = |jwk: &&Map<String, Value>| {
            ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|name| jwk.contains_key(*name))
                || jwk.get("kty").is_some_and(|kind| kind == "oct")
        };
        if keys.iter().any(is_secret) {
            return Err(KeySetRefusal::Secret);
        }
        let keys: Vec<_> = keys.into_iter().filter_map(ClientKey::read).collect();
        if keys.is_empty() { Err(KeySetRefusal::NoUsableKey) } else { Ok(Self { keys }) }
    }

    /// The key that a signature is to be checked with.
    ///
    /// # Errors
    /// [`NoSuchKey`].
    pub fn find(&self, kid: Option<&str>, algorithm: SignatureAlgorithm) -> Result<&ClientKey, NoSuchKey> {
        let is_meant =
            |key: &&ClientKey| key.is_for(algorithm) && kid.is_none_or(|kid| key.kid.as_deref() == Some(kid));
        let mut meant = self.keys.iter().filter(is_meant);
        match (meant.next(), meant.next()) {
            (Some(key), None) => Ok(key),
            (Some(_), Some(_)) => Err(NoSuchKey::Ambiguous),
            (None, _) => Err(NoSuchKey::Unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn bytes(length: usize) -> String {
        Base64UrlUnpadded::encode_string(&vec![0xff; length])
    }

    fn rsa(bits: usize) -> Value {
        json!({"kty": "RSA", "kid": "r", "n": bytes(bits / 8), "e": "AQAB"})
    }

    fn ec() -> Value {
        json!({"kty": "EC", "kid": "e", "crv": "P-256", "x": bytes(32), "y": bytes(32)})
    }

    fn okp() -> Value {
        json!({"kty": "OKP", "kid": "o", "crv": "Ed25519", "x": bytes(32)})
    }

    #[expect(clippy::needless_pass_by_value, reason = "json!(..) reads better at the call")]
    fn with(mut key: Value, changes: Value) -> Value {
        for (name, value) in changes.as_object().unwrap() {
            key[name] = value.clone();
        }
        key
    }

    fn set(keys: &[Value]) -> Result<ClientKeySet, KeySetRefusal> {
        ClientKeySet::read(json!({ "keys": keys }).to_string().as_bytes())
    }

    #[test]
    fn a_key_is_used_for_the_algorithms_of_its_kind_only() {
        use SignatureAlgorithm as A;
        let all = set(&[rsa(2048), ec(), okp()]).unwrap();
        for (algorithm, kid) in [(A::Rs256, "r"), (A::Ps256, "r"), (A::Es256, "e"), (A::EdDsa, "o")] {
            for other in ["r", "e", "o", "x", ""] {
                assert_eq!(all.find(Some(other), algorithm).is_ok(), other == kid, "{algorithm:?} {other}");
            }
            assert!(all.find(None, algorithm).is_ok(), "the only one for {algorithm:?}");
        }
        let pss = set(&[with(rsa(2048), json!({"alg": "PS256"}))]).unwrap();
        assert!(pss.find(Some("r"), A::Ps256).is_ok());
        assert_eq!(pss.find(Some("r"), A::Rs256), Err(NoSuchKey::Unknown));
    }

    #[test]
    fn of_several_the_kid_says_which() {
        use SignatureAlgorithm::Es256;
        let other = with(ec(), json!({"kid": "f"}));
        let two = set(&[ec(), other.clone()]).unwrap();
        assert!(two.find(Some("f"), Es256).is_ok());
        assert_eq!(two.find(None, Es256), Err(NoSuchKey::Ambiguous));
        assert_eq!(set(&[ec(), ec()]).unwrap().find(Some("e"), Es256), Err(NoSuchKey::Ambiguous));
        let nameless = set(&[with(ec(), json!({"kid": null}))]).unwrap();
        assert_eq!(nameless.find(Some("e"), Es256), Err(NoSuchKey::Unknown));
        assert!(nameless.find(None, Es256).is_ok());
    }

    #[test]
    fn what_is_of_no_use_is_left_out_and_something_must_be_left() {
        for useless in [
            rsa(1024),
            rsa(2040),
            rsa(8200),
            with(rsa(2048), json!({"e": "AQ"})),
            with(rsa(2048), json!({"e": "AAAA"})),
            with(rsa(2048), json!({"e": "AgAA"})),
            with(rsa(2048), json!({"e": bytes(5)})),
            with(rsa(2048), json!({"n": "not base64url!"})),
            // 2,048 bits in length, but the first 16 are zeros.
            with(
                rsa(2048),
                json!({"n": Base64UrlUnpadded::encode_string(&[vec![0; 2], vec![0xff; 254]].concat())}),
            ),
            with(rsa(2048), json!({"alg": "RS512"})),
            with(rsa(2048), json!({"alg": "ES256"})),
            with(rsa(2048), json!({"use": "enc"})),
            with(rsa(2048), json!({"use": 7})),
            with(rsa(2048), json!({"key_ops": ["sign"]})),
            with(rsa(2048), json!({"key_ops": "verify"})),
            with(rsa(2048), json!({"kid": 7})),
            with(rsa(2048), json!({"kid": "k".repeat(257)})),
            with(ec(), json!({"crv": "P-384"})),
            with(ec(), json!({"crv": "secp256k1"})),
            with(ec(), json!({"x": bytes(31)})),
            with(ec(), json!({"y": null})),
            with(okp(), json!({"crv": "X25519"})),
            with(okp(), json!({"x": bytes(33)})),
            json!({"kty": "AKP"}),
            json!({}),
        ] {
            assert_eq!(set(std::slice::from_ref(&useless)), Err(KeySetRefusal::NoUsableKey), "{useless}");
            assert_eq!(set(&[useless, okp()]).unwrap().keys.len(), 1);
        }
        for fine in [
            rsa(8192),
            with(ec(), json!({"use": "sig", "key_ops": ["verify"], "alg": "ES256", "x5c": ["…"]})),
            with(okp(), json!({"alg": "EdDSA", "use": null})),
            with(okp(), json!({"alg": "Ed25519"})),
        ] {
            assert!(set(std::slice::from_ref(&fine)).is_ok(), "{fine}");
        }
    }

    #[test]
    fn a_set_with_a_secret_in_it_is_refused_whole() {
        for secret in [
            with(rsa(2048), json!({"d": "x"})),
            with(rsa(2048), json!({"p": null})),
            with(ec(), json!({"d": "x"})),
            with(okp(), json!({"d": "x"})),
            json!({"kty": "oct", "k": "x"}),
            json!({"kty": "oct"}),
            json!({"k": "x"}),
        ] {
            assert_eq!(set(&[okp(), secret.clone()]), Err(KeySetRefusal::Secret), "{secret}");
        }
    }

    #[test]
    fn a_set_has_a_form_and_an_end() {
        for body in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[7]}"#, r#"{"keys":[],"keys":[]}"#] {
            assert_eq!(ClientKeySet::read(body.as_bytes()), Err(KeySetRefusal::Malformed), "{body}");
        }
        assert_eq!(set(&[]), Err(KeySetRefusal::NoUsableKey));
        assert_eq!(set(&vec![okp(); 17]), Err(KeySetRefusal::TooManyKeys));
        assert_eq!(ClientKeySet::read(&vec![b' '; 32 * 1024 + 1]), Err(KeySetRefusal::TooLong));
    }

    #[test]
    fn what_is_kept_can_be_read_again_and_material_is_a_plain_web_key() {
        let kept = set(&[with(rsa(2048), json!({"x5c": ["…"]})), ec(), okp()]).unwrap();
        let again: ClientKeySet = json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
        assert_eq!(again, kept);
        let key = kept.find(Some("o"), SignatureAlgorithm::EdDsa).unwrap();
        let plain = json!({"kty": "OKP", "crv": "Ed25519", "x": bytes(32)});
        assert_eq!(serde_json::to_value(key.material()).unwrap(), plain);
    }
}
