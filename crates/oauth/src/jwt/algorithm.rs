//! The signature algorithms by which a client may prove itself (RFC 7518 section 3.1, RFC 8037, RFC 9864). Tokens are another
//! matter: they are RS256 only.

/// An asymmetric algorithm that the platform's WebCrypto has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256, a salt of 32 bytes.
    Ps256,
    /// ECDSA on P-256 with SHA-256; a signature is 64 bytes, r and s.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl SignatureAlgorithm {
    /// Every name that is understood; Ed25519 has two (RFC 9864 section 2.2).
    pub const NAMES: [&'static str; 5] = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"];

    /// The algorithm of that name. Names are compared to the letter (RFC 7515 section 4.1.1).
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_known_and_no_other_is() {
        for name in SignatureAlgorithm::NAMES {
            assert!(SignatureAlgorithm::named(name).is_some(), "{name}");
        }
        for name in ["", "none", "HS256", "RS512", "RS1", "rs256", "ES256K", "Ed448", "ES384"] {
            assert_eq!(SignatureAlgorithm::named(name), None, "{name}");
        }
    }
}
