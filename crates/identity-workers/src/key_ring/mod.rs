//! The secrets that this deployment makes for itself: they need not be generated, copied or rotated by hand.
//!
//! One `KeyRing` object makes and stores them. Each isolate reads them once in a while and caches a copy, so most requests do not call
//! the object. The cache is plain data: platform objects belong to the request that made them.

mod key_ring_do;
#[cfg(not(feature = "embedded-identity"))]
mod no_signing_keys;
pub(crate) mod rs256;
#[cfg(feature = "embedded-identity")]
mod signing_keys;

use std::{borrow::Cow, cell::RefCell, rc::Rc, time::Duration};

use oauth::{
    Digest, Timestamp,
    jwt::{Jwk, Jwks},
};
use serde::{Deserialize, Serialize};
use worker_kit::{
    clock::now_ms,
    http::Failure,
    object::{Never, Object, ask},
};

use crate::deployment::Deployment;

/// How long an isolate uses its copy before it reads the keys again, in milliseconds.
const COPY_LIFETIME_MS: u64 = 10 * 60 * 1_000;

/// The one key ring.
enum Ring {}

impl Object for Ring {
    const BINDING: &'static str = "KEY_RING";
    /// Making an RSA key takes half a second, within a request; a call that exceeds this limit has failed.
    const TIME_LIMIT: Duration = Duration::from_secs(15);
    type Name = ();
    type Asked = Asked;
    type Refusal = Never;

    fn name((): &()) -> Cow<'_, str> {
        "deployment".into()
    }
}

worker_kit::questions! {
    /// What the object is asked.
    enum Asked;
    Ring {
        EveryKey -> Keys,
        Root -> Secrets,
    }
}

/// Every key, and the root of the secrets. Makes what is due first. Keys made before a certain time are forgotten.
#[derive(Serialize, Deserialize)]
struct EveryKey {
    not_before: Option<Timestamp>,
}

/// The root of the secrets alone, which is made if there is none: where Stytch is the identity provider, no key signs.
#[derive(Serialize, Deserialize)]
struct Root {}

/// The keys of the deployment as an identity provider.
#[derive(Serialize, Deserialize)]
pub(crate) struct Keys {
    /// The key that signs tokens, until it is rotated (`oauth::jwt::rotation`).
    signing: rs256::SigningKey,
    /// The public keys that verify tokens: the signing key's, and those of earlier keys whose tokens are still in use.
    published: Jwks,
    root: Secrets,
}

/// The secrets of the deployment. They stay as they are.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secrets {
    /// From it every symmetric secret is derived.
    root: Digest,
}

thread_local! {
    /// This isolate's copies, and when they were made.
    static KEYS: RefCell<Option<(Rc<Keys>, u64)>> = const { RefCell::new(None) };
    static SECRETS: RefCell<Option<(Secrets, u64)>> = const { RefCell::new(None) };
}

impl Keys {
    /// The keys of this deployment.
    ///
    /// # Errors
    /// The failure of the call to their object.
    pub(crate) async fn open(deployment: &Deployment) -> Result<Rc<Self>, Failure> {
        let now = now_ms();
        if let Some((keys, _)) = KEYS.with_borrow(Clone::clone).filter(|(_, copied)| is_recent(*copied, now))
        {
            return Ok(keys);
        }
        let question = EveryKey { not_before: deployment.config.keys_not_before };
        let keys = Rc::new(ask(&deployment.env, &(), question).await?);
        KEYS.set(Some((Rc::clone(&keys), now)));
        SECRETS.set(Some((keys.root.clone(), now)));
        Ok(keys)
    }

    pub(crate) fn signing(&self) -> &rs256::SigningKey {
        &self.signing
    }

    /// The document of `/.well-known/jwks.json`.
    pub(crate) fn published(&self) -> &Jwks {
        &self.published
    }

    pub(crate) fn find(&self, kid: &str) -> Option<&Jwk> {
        self.published.find(kid)
    }

    /// As [`Secrets::secret_for`].
    pub(crate) fn secret_for(&self, purpose: &str) -> Digest {
        self.root.secret_for(purpose)
    }
}

impl Secrets {
    /// The secrets of this deployment.
    ///
    /// # Errors
    /// The failure of the call to their object.
    pub async fn open(deployment: &Deployment) -> Result<Self, Failure> {
        let now = now_ms();
        if let Some((secrets, _)) =
            SECRETS.with_borrow(Clone::clone).filter(|(_, copied)| is_recent(*copied, now))
        {
            return Ok(secrets);
        }
        let secrets = ask(&deployment.env, &(), Root {}).await?;
        SECRETS.set(Some((secrets.clone(), now)));
        Ok(secrets)
    }

    /// A secret for one purpose. Secrets for different purposes are independent.
    pub fn secret_for(&self, purpose: &str) -> Digest {
        Digest::keyed(self.root.as_bytes(), purpose, &[])
    }
}

fn is_recent(copied: u64, now: u64) -> bool {
    now.saturating_sub(copied) < COPY_LIFETIME_MS
}
