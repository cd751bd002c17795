//! The platform's clock.

use oauth::Timestamp;
use worker::Date;

/// The time, in whole seconds.
pub fn now() -> Timestamp {
    Timestamp::from_unix(i64::try_from(Date::now().as_millis() / 1_000).unwrap_or(i64::MAX))
}
