//! A cache of verified tokens: a client sends the same token with every call, and its signature need not be checked each time.
//!
//! Entries are limited in number, and live for a minute at most and never past the token's expiry, so that a revoked token is not
//! accepted for long. They are found by the SHA-256 of the token's signature, which alone is a secret; the rest of the token is compared,
//! and the origin of the request, which decides issuer and audience.

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

/// The tokens that one check verified, per isolate.
pub(crate) struct VerifiedTokens<Claims>(RefCell<LiteMap<[u8; 32], Verified<Claims>>>);

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
        Self(RefCell::default())
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
        let token = Unverified::parse(text)?;
        let proof = prove(&token, deployment).await?;
        let claims = rules(&token, &proof, &policy(deployment, &request.origin), now)?;
        let until = expires_at(&claims).min(now.plus(LIFETIME_SECONDS));
        let verified =
            Verified { origin: origin.into(), signed: signed.into(), claims: claims.clone(), until };
        self.remember(&key, verified, now);
        Ok(claims)
    }

    fn recall(&self, key: &Digest, origin: &str, signed: &str, now: Timestamp) -> Option<Claims> {
        let entries = self.0.try_borrow().ok()?;
        let known = entries.get(key.as_bytes())?;
        let is_same = *known.signed == *signed && *known.origin == *origin && now < known.until;
        is_same.then(|| known.claims.clone())
    }

    fn remember(&self, key: &Digest, verified: Verified<Claims>, now: Timestamp) {
        let Ok(mut entries) = self.0.try_borrow_mut() else { return };
        if entries.len() >= MAX_ENTRIES {
            entries.retain(|_, known| now < known.until);
        }
        // Still full of live ones: forgetting them all costs each a check, and no bookkeeping.
        if entries.len() >= MAX_ENTRIES {
            entries.clear();
        }
        entries.insert(*key.as_bytes(), verified);
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
