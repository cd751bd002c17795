//! What the engine asks of its host, and what it is handed: a request and its headers, clock and secrets, sessions and tasks that
//! are held, what the application says of the caller.

pub(crate) mod authorize;
pub(crate) mod cors;
pub(crate) mod headers;
pub(crate) mod http_request;
pub(crate) mod local_future;
pub(crate) mod origins;
pub(crate) mod platform;
pub(crate) mod seal;
pub(crate) mod sessions;
pub(crate) mod tasks;
