//! How much is kept of a session's events.

use std::cell::Cell;

use serde::Deserialize;

/// How much is kept: counted once after the object is loaded, and then updated.
#[derive(Default)]
pub(super) struct Kept(pub(super) Cell<Option<Sizes>>);

#[derive(Clone, Copy, Deserialize)]
pub(super) struct Sizes {
    pub(super) count: u64,
    pub(super) bytes: u64,
}

impl Kept {
    /// Makes the next `McpSession::record` count again, after something else has changed the table.
    pub(super) fn forget(&self) {
        self.0.set(None);
    }
}
