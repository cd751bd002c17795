//! How long what is held is held.

use std::time::Duration;

/// How long what is held is held.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// How long an event can be asked for again, after a client has lost its stream.
    pub events: Duration,
    /// How long a session that nobody listens to remembers its subscriptions, and whatever else is held of it.
    pub abandoned: Duration,
}

impl Default for Retention {
    /// An event for an hour, a session for a day: a laptop sleeps that long.
    fn default() -> Self {
        Self { events: Duration::from_hours(1), abandoned: Duration::from_hours(24) }
    }
}
