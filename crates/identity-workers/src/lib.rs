//! Authentication of requests on Cloudflare Workers: one of two checks makes a [`Caller`] of a request, or refuses it. Also the
//! embedded identity provider, for deployments without Stytch.
//!
//! The rules are those of the `oauth` crate; this crate applies them to requests, keys and clocks. One issuer at a time is trusted,
//! as configured. The crate knows no application but what an [`Application`] says.
//!
//! Without the feature `embedded-identity`, which is on by default, the provider is left out of the Wasm, and Stytch is the only one.
//!
//! # Layout
//! From the ground up.
//! * [`clock`], `email`, `form`, `web_crypto`: what the policy needs of the platform: time, Unicode's rules for addresses, forms, signatures.
//! * `application`, [`config`], [`deployment`]: the inputs: of the application, of the environment, of every handler.
//! * `access`: grants and sessions that let a caller in, and the notification of their end.
//! * [`key_ring`]: the secrets that a deployment makes for itself.
//! * `scopes`, `resource_path`: the scopes and resources in metadata and challenges.
//! * `check_error`: a refusal as a check returns it, before it is rendered.
//! * `token`: common to both checks: trusted issuers, their keys, and a short cache.
//! * `provider`: the embedded identity provider, when Stytch is not the one.
//! * `caller`: the caller and their client.
//! * [`authenticate`]: the two checks. For the page: a session JWT in a cookie. For agents: an access token in the
//!   `Authorization` header.
//! * `metadata`, [`authorization_endpoint`], `routes`: metadata, the authorization endpoint and the other paths of identity.

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
mod form;
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
