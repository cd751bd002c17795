//! The secrets that this deployment makes for itself: nobody has to generate, copy or rotate them by hand.
//!
//! One `KeyRing` object makes them once and keeps them. Each isolate asks for them once in a while and then works on its own
//! copy, so the object is on no request's way. What is cached is plain data: platform objects belong to the request
//! that made them.

mod key_ring_do;
pub(crate) mod rs256;

use std::{borrow::Cow, cell::RefCell, rc::Rc, time::Duration};

use oauth::{
    Digest, Timestamp,
    jwt::{Jwk, Jwks},
};
use serde::{Deserialize, Serialize};
use worker::Date;
use worker_kit::{
    http::Failure,
    object::{Never, Object, ask},
};

use crate::deployment::Deployment;

/// How long an isolate works on its copy before it looks for a rotated key, in milliseconds.
const COPY_LIFETIME_MS: u64 = 10 * 60 * 1_000;

/// The one key ring.
enum Ring {}

impl Object for Ring {
    const BINDING: &'static str = "KEY_RING";
    /// Making an RSA key takes half a second, and it is made while somebody waits; anything beyond this is trouble.
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
    /// Signs tokens, until another has taken its place (`oauth::jwt::rotation`).
    signing: rs256::SigningKey,
    /// Verify tokens: the signing key's public half, and those of keys that signed tokens still in use.
    published: Jwks,
    /// Where every symmetric secret comes from.
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
    /// When their object cannot be reached.
    pub async fn open(deployment: &Deployment) -> Result<Rc<Self>, Failure> {
        let now = Date::now().as_millis();
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

    /// A secret for one purpose. Different purposes give secrets that have nothing to do with each other.
    pub fn secret_for(&self, purpose: &str) -> Digest {
        Digest::keyed(self.root.as_bytes(), purpose, &[])
    }
}
