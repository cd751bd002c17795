//! The platform's clock.

use oauth::Timestamp;
use worker_kit::clock::now_ms;

/// The time, in whole seconds.
pub fn now() -> Timestamp {
    Timestamp::from_unix(i64::try_from(now_ms() / 1_000).unwrap_or(i64::MAX))
}
