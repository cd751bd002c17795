//! HTTP as Workers here use it: a request is read from the platform once, an answer is a response or a [`Failure`].

mod body;
mod cookies;
mod cors;
mod failure;
mod fault_log;
mod not_now;
mod origin;
mod problem;
mod received;
mod request;
mod response;
mod same_origin;
mod stream;

pub use body::{JsonBody, MAX_JSON_BYTES, json_body, limited_body};
pub use cookies::Cookie;
pub use cors::open_answer;
pub use failure::{Failure, FailureKind};
pub use fault_log::log_fault;
pub use not_now::{NotNow, Reason};
pub use origin::Origin;
pub use problem::Problem;
pub(crate) use received::fetch_from_binding;
pub use received::{Received, Redirects, fetch};
pub use request::{Incoming, Request};
pub use response::{Body, Response, answer_of, empty, json, json_answer};
pub use same_origin::is_same_origin;
