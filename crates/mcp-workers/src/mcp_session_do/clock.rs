//! The platform's clock.

use worker::Date;

/// Milliseconds since 1970.
pub(super) fn now_ms() -> u64 {
    Date::now().as_millis()
}
