//! The secrets that this deployment makes for itself: they need not be generated, copied or rotated by hand.
//!
//! One `KeyRing` object makes and stores them. Each isolate reads them once in a while and caches a copy, so most requests do not call
//! the object. The cache is plain data: platform objects belong to the request that made them.

mod key_ring_do;
pub(crate) mod rs256;

use std::{borrow::Cow, cell::RefCell, rc::Rc, time::Duration};

use oauth::{
    Digest, Timestamp,
    jwt::{Jwk, Jwks},
};
use serde::{Deserialize, Serialize};
use worker_kit::clock::now_ms;
use worker_kit::{
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
    }
}

/// Every key. Makes what is due first. Keys made before a certain time are forgotten.
#[derive(Serialize, Deserialize)]
struct EveryKey {
    not_before: Option<Timestamp>,
}

/// The keys of the deployment.
#[derive(Serialize, Deserialize)]
pub struct Keys {
    /// The key that signs tokens, until it is rotated (`oauth::jwt::rotation`).
    signing: rs256::SigningKey,
    /// The public keys that verify tokens: the signing key's, and those of earlier keys whose tokens are still in use.
    published: Jwks,
    /// The secret from which every symmetric secret is derived.
    root: Digest,
}

thread_local! {
    /// This isolate's copy, and when it was made.
    static COPY: RefCell<Option<(Rc<Keys>, u64)>> = const { RefCell::new(None) };
}

impl Keys {
    /// The keys of this deployment.
    ///
    /// # Errors
    /// The failure of the call to their object.
    pub async fn open(deployment: &Deployment) -> Result<Rc<Self>, Failure> {
        let now = now_ms();
        let copy = COPY.with_borrow(Clone::clone);
        if let Some((keys, _)) = copy.filter(|(_, copied)| now.saturating_sub(*copied) < COPY_LIFETIME_MS) {
            return Ok(keys);
        }
        let question = EveryKey { not_before: deployment.config.keys_not_before };
        let keys = Rc::new(ask(&deployment.env, &(), question).await?);
        COPY.set(Some((Rc::clone(&keys), now)));
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

    /// A secret for one purpose. Secrets for different purposes are independent.
    pub fn secret_for(&self, purpose: &str) -> Digest {
        Digest::keyed(self.root.as_bytes(), purpose, &[])
    }
}
