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
pub mod application;
mod authorization_endpoint;
mod bearer_door;
pub(crate) mod caller;
pub(crate) mod challenge;
mod client_name;
pub mod clock;
pub mod config;
mod cookie_door;
pub mod deployment;
pub mod email;
pub mod key_ring;
mod metadata;
pub mod provider;
pub(crate) mod resource_path;
pub(crate) mod routes;
pub(crate) mod scopes;
mod token;
pub mod web_crypto;

pub use access::Access;
pub use authorization_endpoint::authorization_endpoint;
pub use bearer_door::bearer_door;
pub use caller::Caller;
pub use caller::{Client, Entitlement};
pub use challenge::insufficient_scope;
pub use client_name::client_name;
pub use cookie_door::{cookie_door, require_account};
pub use oauth::UserId;
pub use routes::route;
pub use scopes::resource_scopes;
pub use worker_kit::http::same_origin::is_same_origin;
