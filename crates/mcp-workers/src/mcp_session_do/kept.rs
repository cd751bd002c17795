//! How much is kept of a session's events.

use std::cell::Cell;

use serde::Deserialize;

/// How much is kept, counted once for each life of the object in memory.
#[derive(Default)]
pub(super) struct Kept(pub(super) Cell<Option<Sizes>>);

#[derive(Clone, Copy, Deserialize)]
pub(super) struct Sizes {
    pub(super) count: u64,
    pub(super) bytes: u64,
}

impl Kept {
    /// Something else than `McpSession::record` has changed it.
    pub(super) fn forget(&self) {
        self.0.set(None);
    }
}
