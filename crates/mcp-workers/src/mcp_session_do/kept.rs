//! How much is kept of a session's events.

use serde::Deserialize;

#[derive(Clone, Copy, Deserialize)]
pub(super) struct Sizes {
    pub(super) count: u64,
    pub(super) bytes: u64,
}
