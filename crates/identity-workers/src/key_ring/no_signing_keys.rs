//! In place of `signing_keys` in builds without the embedded identity provider: nothing is signed, and nobody asks.

#![expect(clippy::unused_async, reason = "as the provider's keys are opened")]

use oauth::Timestamp;

use super::{Keys, key_ring_do::KeyRing};

impl KeyRing {
    pub(super) async fn open(&self, _: Option<Timestamp>) -> worker_kit::Result<Keys> {
        Err("this build has no identity provider".into())
    }
}
