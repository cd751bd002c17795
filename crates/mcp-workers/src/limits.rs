//! How much there can be, of one client and of all clients of a principal.

use worker_kit::shares::Shares;

use crate::questions::Holding;

/// What a principal's registry lets in. For a server that tells nobody apart all its callers are one client, so it sets limits
/// of its own: [`crate::McpSession::with_limits`].
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Sessions that are told of changes: they subscribed to something, or listen. Telling costs a call for each.
    pub subscribers: Shares,
    /// Sessions that have something held, those that are told of changes among them.
    pub holding: Shares,
    /// Sessions of which it is remembered that they were ended.
    pub ended: Shares,
    /// Tasks, at work or done.
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
