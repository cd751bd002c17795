//! Who is calling, on Cloudflare Workers. A request becomes a [`Caller`] by one of two checks, or it is refused; and the identity
//! provider that vouches for callers, where Stytch does not.
//!
//! The rules are the `oauth` crate's; here they meet requests, keys and clocks. One issuer at a time is trusted: the
//! configuration says which. No application is known here: what identity has to know of one is an [`Application`].
//!
//! Without the feature `embedded-identity`, which is on by default, the provider is left out of the Wasm, and Stytch is the only one.
//!
//! # Layout
//! From the ground up.
//! * [`clock`], `email`, `web_crypto`: what the platform gives the policy: time, Unicode's rules for addresses, signatures.
//! * `application`, [`config`], [`deployment`]: what is given: by the application, by the environment, and to every handler.
//! * `access`: what somebody is let in by, and who is told of its end.
//! * [`key_ring`]: the secrets that a deployment makes for itself.
//! * `scopes`, `resource_path`: what clients are told to ask for, and where.
//! * `check_error`: a refusal as a check returns it, before it is rendered.
//! * `token`: what both checks have in common: whose tokens count, by which keys, and a short cache.
//! * `provider`: the embedded identity provider, when Stytch is not the one.
//! * `caller`: who is calling, and by what name.
//! * [`authenticate`]: the two checks. Of the page: a session JWT in a cookie. Of agents: an access token in the
//!   `Authorization` header.
//! * `metadata`, [`authorization_endpoint`], `routes`: where clients learn how to get a token, and get one.

#![cfg_attr(
    not(feature = "embedded-identity"),
    expect(dead_code, unused_imports, reason = "what the provider alone asks of the modules below it")
)]

mod access;
mod application;
pub mod authenticate;
mod authorization_endpoint;
mod caller;
mod check_error;
pub mod clock;
pub mod config;
pub mod deployment;
mod email;
pub mod key_ring;
mod metadata;
#[cfg(not(feature = "embedded-identity"))]
mod no_provider;
#[cfg(feature = "embedded-identity")]
mod provider;
mod resource_path;
mod routes;
mod scopes;
mod token;
mod web_crypto;

#[cfg(not(feature = "embedded-identity"))]
use no_provider as provider;

pub use access::{Access, Admission, END_REMEMBERED_MS, TellEnded, tell_ended_access};
pub use application::Application;
pub use authenticate::AccessLease;
pub use authorization_endpoint::{authorization_endpoint, end_session_endpoint};
pub use caller::{Caller, CallingClient, Entitlement};
pub use check_error::CheckError;
pub use oauth::UserId;
pub use provider::project::EMBEDDED_PUBLIC_TOKEN;
pub use routes::route;
pub use scopes::resource_scopes;
/// Names that no connected app may go by.
pub use text::name::Reserved;

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
