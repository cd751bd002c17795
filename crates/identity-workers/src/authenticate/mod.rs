//! The two checks. Each turns a request into a [`Caller`](crate::Caller), or refuses it.

mod access_lease;
mod bearer;
mod challenge;
mod session_cookie;
mod shown_token;

pub use access_lease::AccessLease;
pub use bearer::bearer;
pub use challenge::insufficient_scope;
pub use session_cookie::{SessionRefusal, require_account, session_cookie};
