//! The platform's clock.

use worker::Date;

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    Date::now().as_millis()
}
