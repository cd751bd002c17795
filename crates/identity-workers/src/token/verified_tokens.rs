//! A cache of verified tokens: a client sends the same token with every call, and its signature need not be checked each time.
//!
//! Entries are limited in number, and live for a minute at most and never past the token's expiry, so that a revoked token is not
//! accepted for long. They are found by the SHA-256 of the token's signature, which alone is a secret; the rest of the token is compared,
//! and the origin of the request, which decides issuer and audience.
//!
//! A token whose signature is not its key's is remembered likewise, so that whoever sends it again and again costs no more checks: that is
//! the most that a request costs before it has proved itself. These are few, and push out no token that is good.

use std::cell::RefCell;

use litemap::LiteMap;
use oauth::{
    Digest, Timestamp,
    jwt::{SignatureProof, TokenPolicy, TokenRefusal, Unverified},
};
use worker_kit::http::{Origin, Request};

use super::{TokenError, issuer::find_key};
use crate::{clock::now, deployment::Deployment, key_ring::rs256};

const LIFETIME_SECONDS: i64 = 60;

const MAX_ENTRIES: usize = 1_000;

const MAX_FORGED: usize = 100;

/// The tokens that one check verified, per isolate.
pub(crate) struct VerifiedTokens<Claims> {
    verified: RefCell<LiteMap<[u8; 32], Verified<Claims>>>,
    /// The SHA-256 of tokens whose signature is bad, and until when that is remembered.
    forged: RefCell<Vec<([u8; 32], Timestamp)>>,
}

struct Verified<Claims> {
    origin: Box<str>,
    /// What was signed: header and claims.
    signed: Box<str>,
    claims: Claims,
    until: Timestamp,
}

/// The rules of a check for a token whose signature is proven.
type Rules<Claims> =
    fn(&Unverified<'_>, &SignatureProof, &TokenPolicy, Timestamp) -> Result<Claims, TokenRefusal>;

/// Whose tokens a check accepts, and for what. One cache has one policy: what it holds was accepted under it.
type Policy = fn(&Deployment, &Origin) -> TokenPolicy;

impl<Claims> Default for VerifiedTokens<Claims> {
    fn default() -> Self {
        Self { verified: RefCell::default(), forged: RefCell::default() }
    }
}

impl<Claims: Clone> VerifiedTokens<Claims> {
    /// The claims of a token that is acceptable here and now.
    ///
    /// # Errors
    /// [`TokenError`]: it is not valid, or its issuer's keys cannot be read.
    pub(crate) async fn verify(
        &self,
        text: &str,
        request: &Request,
        deployment: &Deployment,
        policy: Policy,
        rules: Rules<Claims>,
        expires_at: fn(&Claims) -> Timestamp,
    ) -> Result<Claims, TokenError> {
        let now = now();
        let (signed, signature) = text.rsplit_once('.').unwrap_or_default();
        let key = Digest::of(signature.as_bytes());
        let origin = request.origin.as_str();
        if let Some(claims) = self.recall(&key, origin, signed, now) {
            return Ok(claims);
        }
        let whole = Digest::of(text.as_bytes());
        if self.is_forged(&whole, now) {
            return Err(TokenRefusal::BadSignature.into());
        }
        let token = Unverified::parse(text)?;
        let proof = prove(&token, deployment).await;
        if let Err(TokenError::Refused(TokenRefusal::BadSignature)) = proof {
            self.note_forged(&whole, now);
        }
        let proof = proof?;
        let claims = rules(&token, &proof, &policy(deployment, &request.origin), now)?;
        let until = expires_at(&claims).min(now.plus(LIFETIME_SECONDS));
        let verified =
            Verified { origin: origin.into(), signed: signed.into(), claims: claims.clone(), until };
        self.remember(&key, verified, now);
        Ok(claims)
    }

    fn recall(&self, key: &Digest, origin: &str, signed: &str, now: Timestamp) -> Option<Claims> {
        let entries = self.verified.try_borrow().ok()?;
        let known = entries.get(key.as_bytes())?;
        let is_same = *known.signed == *signed && *known.origin == *origin && now < known.until;
        is_same.then(|| known.claims.clone())
    }

    fn remember(&self, key: &Digest, verified: Verified<Claims>, now: Timestamp) {
        let Ok(mut entries) = self.verified.try_borrow_mut() else { return };
        if entries.len() >= MAX_ENTRIES {
            entries.retain(|_, known| now < known.until);
        }
        // Still full of live ones: forgetting them all costs each a check, and no bookkeeping.
        if entries.len() >= MAX_ENTRIES {
            entries.clear();
        }
        entries.insert(*key.as_bytes(), verified);
    }

    fn is_forged(&self, token: &Digest, now: Timestamp) -> bool {
        let is_it = |(known, until): &([u8; 32], Timestamp)| known == token.as_bytes() && now < *until;
        self.forged.try_borrow().is_ok_and(|forged| forged.iter().any(is_it))
    }

    fn note_forged(&self, token: &Digest, now: Timestamp) {
        let Ok(mut forged) = self.forged.try_borrow_mut() else { return };
        forged.truncate(MAX_FORGED.saturating_sub(1));
        forged.insert(0, (*token.as_bytes(), now.plus(LIFETIME_SECONDS)));
    }
}

/// Proof that the issuer has signed a token; nothing it says has been looked at yet.
pub(crate) async fn prove(
    token: &Unverified<'_>,
    deployment: &Deployment,
) -> Result<SignatureProof, TokenError> {
    let jwk = find_key(deployment, token.kid()).await?.ok_or(TokenRefusal::UnknownKey)?;
    let check = async |message: &[u8], signature: &[u8]| rs256::verify(&jwk, message, signature).await;
    let proof = token.prove(check).await.map_err(|error| TokenError::Failed(error.into()))?;
    Ok(proof.ok_or(TokenRefusal::BadSignature)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    fn remembering(signed: &str, signature: &str) -> VerifiedTokens<u8> {
        let tokens = VerifiedTokens::default();
        let verified = Verified {
            origin: "https://here.example".into(),
            signed: signed.into(),
            claims: 7,
            until: NOW.plus(LIFETIME_SECONDS),
        };
        tokens.remember(&Digest::of(signature.as_bytes()), verified, NOW);
        tokens
    }

    #[test]
    fn a_token_is_found_as_it_was_sent_and_where_it_was_sent_until_its_time_is_over() {
        let tokens = remembering("header.claims", "signature");
        let find = |origin: &str, signed: &str, signature: &str, seconds: i64| {
            tokens.recall(&Digest::of(signature.as_bytes()), origin, signed, NOW.plus(seconds))
        };
        let here = "https://here.example";
        assert_eq!(find(here, "header.claims", "signature", LIFETIME_SECONDS - 1), Some(7));
        assert_eq!(find(here, "header.claims", "signature", LIFETIME_SECONDS), None);
        assert_eq!(find(here, "header.others", "signature", 0), None);
        assert_eq!(find(here, "header.claims", "signaturE", 0), None);
        assert_eq!(find("https://there.example", "header.claims", "signature", 0), None);
    }

    #[test]
    fn forged_tokens_are_remembered_for_a_minute_the_last_of_them_and_push_out_no_good_one() {
        let tokens = remembering("header.claims", "signature");
        let forged = |number: usize| Digest::of(number.to_string().as_bytes());
        (0..=MAX_FORGED).for_each(|number| tokens.note_forged(&forged(number), NOW));
        assert!(!tokens.is_forged(&forged(0), NOW), "the oldest");
        assert!((1..=MAX_FORGED).all(|number| tokens.is_forged(&forged(number), NOW)));
        assert!(!tokens.is_forged(&forged(MAX_FORGED), NOW.plus(LIFETIME_SECONDS)));
        let good = Digest::of(b"signature");
        assert_eq!(tokens.recall(&good, "https://here.example", "header.claims", NOW), Some(7));
    }
}
