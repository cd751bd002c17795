//! Limits for one client and for all clients of a principal together.

use worker_kit::shares::Shares;

use crate::questions::Holding;

/// The limits of a principal's registry. A server without logins has one client for all its callers, so it sets limits of its own:
/// [`crate::McpSession::with_limits`].
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Sessions that are notified of changes: they subscribed to a resource, or have an open stream. Each costs a call.
    pub subscribers: Shares,
    /// Sessions that hold something, the subscribers among them.
    pub holding: Shares,
    /// Ended sessions that are remembered.
    pub ended: Shares,
    /// Tasks, running or done.
    pub tasks: Shares,
    /// Streams of `subscriptions/listen`.
    pub listening: Shares,
}

impl Default for Limits {
    fn default() -> Self {
        let [few, some] = [Shares { of_one: 16, of_all: 64 }, Shares { of_one: 64, of_all: 256 }];
        Self {
            subscribers: few,
            holding: some,
            ended: Shares { of_one: 200, of_all: 800 },
            tasks: some,
            listening: few,
        }
    }
}

impl Limits {
    pub(crate) const fn of(&self, holding: Holding) -> Shares {
        match holding {
            Holding::Something => self.holding,
            Holding::End => self.ended,
            Holding::Task => self.tasks,
        }
    }
}
