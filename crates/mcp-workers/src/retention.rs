//! How long sessions and their events are stored.

use std::time::Duration;

/// How long sessions and their events are stored.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// How long an event is stored, for a client that has lost its stream and resumes it.
    pub events: Duration,
    /// How long a session without open streams is stored, with its subscriptions.
    pub abandoned: Duration,
}

impl Default for Retention {
    /// An event for an hour, a session for a day: a laptop sleeps that long.
    fn default() -> Self {
        Self { events: Duration::from_hours(1), abandoned: Duration::from_hours(24) }
    }
}
