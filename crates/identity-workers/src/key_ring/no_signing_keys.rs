//! In place of `signing_keys` in builds without the embedded identity provider: nothing is signed. Who asks is a Worker of another version,
//! while one takes over from the other.

#![expect(clippy::unused_async, reason = "as the provider's keys are opened")]

use oauth::Timestamp;
use worker_kit::object::{Never, Unanswered};

use super::{Keys, key_ring_do::KeyRing};

/// How long such a Worker should wait, in seconds.
const RETRY_AFTER: u32 = 5;

impl KeyRing {
    pub(super) async fn open(&self, _: Option<Timestamp>) -> Result<Keys, Unanswered<Never>> {
        Err(Unanswered::for_now(RETRY_AFTER))
    }
}
