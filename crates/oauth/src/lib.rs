//! OAuth 2.1, OpenID Connect and Stytch's token contract as pure functions.
//!
//! Nothing here does I/O, reads a clock or draws a random number: time, randomness, storage and signatures come in as
//! arguments, so every rule can be tested on the host in milliseconds. The crate knows neither Cloudflare Workers,
//! nor MCP, nor what the protected service is about.
//!
//! # Layout
//!
//! | module | holds | specification |
//! |---|---|---|
//! | [`jwt`] | session and access tokens, client assertions: parsing, proof of signature, claims, minting | RFC 7515, 7517, 7519, 7523, Stytch's claims |
//! | [`bearer`] | the `Authorization` header and the challenge that answers a bad one | RFC 6750, RFC 9728 |
//! | [`scope`], [`pkce`], [`redirect`], [`resource`] | the value types of a request, each parsed once | RFC 6749, 7636, 8252, 8707 |
//! | [`registration`] | dynamic client registration | RFC 7591 |
//! | [`client_document`] | clients that are known by the address of a document | draft-ietf-oauth-client-id-metadata-document |
//! | [`fetch_policy`] | what is fetched at an address that a stranger chose | the same, section 8.4 |
//! | [`fetch_cache`] | how long what was fetched is believed | |
//! | [`client_authentication`] | how a client proves who it is | RFC 6749 section 2.3, RFC 7523 |
//! | [`stored`] | reading what was written under earlier rules | |
//! | [`rate`] | how often something may happen | |
//! | [`authorization`], [`parameters`], [`token`] | what arrives at the authorization and the token endpoint | OAuth 2.1 draft, RFC 9207 |
//! | [`grant`] | what is consumed once or lives on: login codes, authorization codes, refresh tokens, sessions | RFC 9700 |
//! | [`opaque`] | tokens that are an address and a secret | |
//! | [`metadata`] | discovery documents | RFC 8414, RFC 9728, OpenID Connect Discovery |
//! | [`error`] | what a client is told | RFC 6749, 7591, 8707 |
//!
//! Refusals are enums with one variant per reason. Inside, the reason is kept (for logs and tests); outside, an exhaustive
//! `match` turns it into the few words that the specification allows.

pub mod authorization;
pub mod bearer;
pub mod client_authentication;
pub mod client_document;
pub mod digest;
pub mod email;
pub mod error;
pub mod fetch_cache;
pub mod fetch_policy;
pub mod grant;
pub mod id;
pub mod jwt;
pub mod metadata;
pub mod opaque;
pub mod parameters;
pub mod pkce;
pub mod rate;
pub mod redirect;
pub mod registration;
pub mod resource;
pub mod scope;
pub mod stored;
mod strict_json;
pub mod time;
pub mod token;

pub use digest::Digest;
pub use error::{OAuthError, OAuthErrorCode};
pub use id::{ClientId, UserId};
pub use scope::{Scope, Scopes};
pub use time::Timestamp;

/// The examples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
