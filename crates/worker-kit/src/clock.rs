//! The platform's clock. It stands still while a Worker computes, and goes on when it has waited for something.

use worker::js_sys::Date;

/// The time, in milliseconds since 1970. One call into JavaScript, where the platform crate's `Date` takes two.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive whole number below 2^53"
)]
pub fn now_ms() -> u64 {
    Date::now() as u64
}
