//! The bridge between a synchronous JWT library and an asynchronous signature check.

use std::borrow::Cow;

use jwt_compact::{Algorithm, AlgorithmSignature, UntrustedToken};
use serde::{Deserialize, de::IgnoredAny};
use subtle::ConstantTimeEq as _;

use super::{ALGORITHM, TokenRefusal, claims};

/// A token whose form is right and whose signature nobody has looked at. Gives out what is needed to check the
/// signature, and no claim.
pub struct Unverified<'a> {
    pub(super) text: &'a str,
    pub(super) token: UntrustedToken<'a>,
    kid: String,
}

impl<'a> Unverified<'a> {
    /// Stytch allows 4 KB of custom claims; 16 KB is generous, and bounds the work a stranger can cause.
    pub const MAX_LENGTH: usize = 16 * 1024;

    /// Splits and decodes a token, and refuses at once what no key could make acceptable.
    ///
    /// # Errors
    /// [`TokenRefusal`] for a token that is too long, malformed, without `kid`, or of another algorithm or type.
    pub fn parse(text: &'a str) -> Result<Self, TokenRefusal> {
        if text.len() > Self::MAX_LENGTH {
            return Err(TokenRefusal::TooLong);
        }
        let (token, extensions) = untrusted(text).ok_or(TokenRefusal::Malformed)?;
        if token.algorithm() != ALGORITHM {
            return Err(TokenRefusal::UnsupportedAlgorithm);
        }
        // RFC 7515 section 4.1.9 compares without regard to case.
        if !token.header().token_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("JWT")) {
            return Err(TokenRefusal::UnsupportedType);
        }
        if extensions.crit.is_some() {
            return Err(TokenRefusal::UnsupportedExtension);
        }
        let kid = token.header().key_id.clone().ok_or(TokenRefusal::MissingKeyId)?;
        Ok(Self { text, token, kid })
    }

    /// Which key is said to have signed.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Has `check(message, signature)` verify this token's signature, and keeps what it said yes to.
    ///
    /// `check` fails (`E`) when the check could not be carried out; it must
    /// use the key that [`Self::kid`] names, from the issuer's own key set.
    ///
    /// # Errors
    /// The error of `check`, unchanged.
    pub async fn prove<E>(
        &self,
        check: impl AsyncFnOnce(&[u8], &[u8]) -> Result<bool, E>,
    ) -> Result<Option<SignatureProof>, E> {
        prove(self.text, self.token.signature_bytes(), check).await
    }
}

/// Header members that change what a token means (RFC 7515 section 4.1.11). None is understood here. Where the keys are is known
/// beforehand, so what a header says about that (`jwk`, `jku`, `x5u`) is not looked at.
#[derive(Deserialize)]
pub(super) struct Extensions {
    #[serde(default)]
    pub(super) crit: Option<IgnoredAny>,
}

/// Splits and decodes a token of any kind; `None` where it is malformed.
pub(super) fn untrusted(text: &str) -> Option<(UntrustedToken<'_>, Extensions)> {
    Some((UntrustedToken::new(text).ok()?, claims::header(text)?))
}

/// Has `check(message, signature)` verify the signature of a token's text, and keeps what it said yes to.
pub(super) async fn prove<E>(
    text: &str,
    signature: &[u8],
    check: impl AsyncFnOnce(&[u8], &[u8]) -> Result<bool, E>,
) -> Result<Option<SignatureProof>, E> {
    let message = text.rsplit_once('.').map_or("", |(message, _)| message).as_bytes();
    let genuine = check(message, signature).await?;
    Ok(genuine.then(|| SignatureProof { message: message.to_vec(), signature: signature.to_vec() }))
}

/// That one message bears one genuine signature. Made by [`Unverified::prove`] and [`ClientAssertion::prove`](super::ClientAssertion::prove) alone.
pub struct SignatureProof {
    message: Vec<u8>,
    signature: Vec<u8>,
}

/// An algorithm for `jwt-compact`, by its name in a token's header: what counts as a valid signature is what was proven before.
pub(super) struct Proven(pub(super) &'static str);

/// The algorithm of every token that is issued here or accepted as an access token or a session.
pub(super) const PROVEN_RS256: Proven = Proven(ALGORITHM);

/// The bytes of a signature, of whatever length the key has.
pub(super) struct RawSignature(Vec<u8>);

impl AlgorithmSignature for RawSignature {
    fn try_from_slice(slice: &[u8]) -> anyhow::Result<Self> {
        Ok(Self(slice.to_vec()))
    }

    fn as_bytes(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.0)
    }
}

impl Algorithm for Proven {
    type SigningKey = ();
    type VerifyingKey = SignatureProof;
    type Signature = RawSignature;

    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed(self.0)
    }

    /// Leaves the place of the signature empty: the platform signs afterwards (`mint.rs`).
    fn sign(&self, (): &(), _message: &[u8]) -> RawSignature {
        RawSignature(Vec::new())
    }

    fn verify_signature(&self, signature: &RawSignature, proof: &SignatureProof, message: &[u8]) -> bool {
        let same_message = proof.message.ct_eq(message);
        let same_signature = proof.signature.ct_eq(&signature.0);
        (same_message & same_signature).into()
    }
}
