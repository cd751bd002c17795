//! HTTP as this Worker uses it: a request is read from the platform once, an answer is a response or a [`Failure`].

mod body;
mod cookies;
mod cors;
pub(crate) mod fault_log;
mod origin;
mod problem;
mod request;
mod response;
pub(crate) mod same_origin;

pub(crate) use body::{MAX_JSON_BYTES, json_body, json_object, limited_body};
pub(crate) use cookies::Cookie;
pub(crate) use cors::open_answer;
pub(crate) use origin::Origin;
pub(crate) use problem::{Failure, Problem};
pub(crate) use request::Request;
pub(crate) use response::{bytes_response, empty, json, json_bytes, with_cookies, with_headers};
