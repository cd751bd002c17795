//! What the engine has to be given, because it has neither a clock nor secrets of its own.

use crate::seal::SealingKey;

/// The particulars of the place where a request is answered.
#[derive(Clone, Debug, Default)]
pub struct Platform {
    now_ms: u64,
    key: Option<SealingKey>,
}

impl Platform {
    /// At this moment, in milliseconds since 1970 (UTC).
    pub fn at(now_ms: u64) -> Self {
        Self { now_ms, key: None }
    }

    /// With a key for what clients keep for us. Without one a handler's questions to the client ([`crate::Context::elicit`]
    /// and its kin) must all be answered in a single round.
    #[must_use]
    pub fn key(self, key: SealingKey) -> Self {
        Self { key: Some(key), ..self }
    }

    pub(crate) fn now_seconds(&self) -> u64 {
        self.now_ms / 1000
    }

    pub(crate) fn sealing_key(&self) -> Option<&SealingKey> {
        self.key.as_ref()
    }
}
