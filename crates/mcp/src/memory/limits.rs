//! How much is held at most. [`Memory`](crate::Memory) says what happens at each.

use std::time::Duration;

/// The most sessions of which something is held.
pub(super) const MAX_SESSIONS: usize = 10_000;

/// The most sessions of which it is known that they were ended.
pub(super) const MAX_ENDED: usize = 100_000;

/// The most events that are kept.
pub(super) const MAX_EVENTS: usize = 10_000;

/// The most bytes of messages in events that are kept.
pub(super) const MAX_EVENT_BYTES: usize = 64 * 1024 * 1024;

/// The most events or changes that wait to be read from one stream.
pub(super) const MAX_UNREAD: usize = 1_000;

/// The most resources one session may subscribe to.
pub(super) const MAX_SUBSCRIPTIONS: u32 = 1_000;

/// The longest address a subscription may have, in bytes.
pub(super) const MAX_URI_BYTES: usize = 2_048;

/// The most cancellations that are kept for requests that wait for them later.
pub(super) const MAX_EARLY: usize = 64;

/// The most tasks.
pub(super) const MAX_TASKS: usize = 10_000;

/// How long a person may take to answer a question.
pub(super) const ANSWER_LIMIT: Duration = Duration::from_mins(10);
