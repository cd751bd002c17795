//! Who is calling. A request becomes a [`Caller`] at one of two doors, or it is refused.
//!
//! * [`cookie_door`]: the page. A session JWT in a cookie.
//! * [`bearer_door`]: agents. An access token in the `Authorization` header.
//! * [`token`]: what both doors have in common: whose tokens count, by which keys, and a short memory.
//! * [`metadata`]: where clients learn how to get a token.
//! * [`authorization_endpoint`]: where a client sends its person for one.
//! * [`provider`]: the embedded identity provider, when Stytch is not the one.
//!
//! The rules are the `oauth` crate's; here they meet requests, keys and clocks. One issuer at a time is trusted: the
//! configuration says which.

mod access;
mod authorization_endpoint;
mod bearer_door;
pub(crate) mod caller;
pub(crate) mod challenge;
mod client_name;
mod cookie_door;
mod metadata;
pub(crate) mod provider;
pub(crate) mod resource_path;
pub(crate) mod routes;
pub(crate) mod scopes;
mod token;

pub(crate) use access::Access;
pub(crate) use authorization_endpoint::authorization_endpoint;
pub(crate) use bearer_door::bearer_door;
pub(crate) use caller::Caller;
pub(crate) use caller::{Client, Entitlement};
pub(crate) use challenge::insufficient_scope;
pub(crate) use client_name::client_name;
pub(crate) use cookie_door::{cookie_door, require_account};
pub(crate) use oauth::UserId;
pub(crate) use routes::route;
pub(crate) use scopes::resource_scopes;
pub(crate) use worker_kit::http::same_origin::is_same_origin;
