//! How long what is held is held.

use std::time::Duration;

/// How long what is held is held.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// How long an event can be asked for again, after a client has lost its stream.
    pub events: Duration,
    /// How long a session that nobody listens to remembers its subscriptions.
    pub abandoned: Duration,
    /// How often it is looked whether it is time: that much longer something may stay.
    pub sweep: Duration,
}

impl Default for Retention {
    /// An event for an hour, a session for a day (a laptop sleeps that long), looked at once an hour.
    fn default() -> Self {
        let hour = Duration::from_hours(1);
        Self { events: hour, abandoned: Duration::from_hours(24), sweep: hour }
    }
}
