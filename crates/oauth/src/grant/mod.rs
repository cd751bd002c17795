//! What is consumed once, or lives on for a while: each a plain value, each step a pure function of the value, the attempt
//! and the time. The caller keeps the value where one thread owns it (a person's account object), reads it, applies the
//! step and writes the outcome back in one synchronous block; then "once" means once.

pub mod authorization_code;
pub mod login_code;
pub mod refresh;
pub mod session;
