//! The embedded identity provider: what Stytch would be, on the Worker's own origin.
//!
//! It speaks Stytch's contract, path by path and member by member, so that everything else (Stytch's SDK in the page, the
//! two checks, agents) is the same in both identity modes.
//!
//! | path | what | specification |
//! |---|---|---|
//! | `/.well-known/oauth-authorization-server`, `/.well-known/openid-configuration` | discovery | RFC 8414, OpenID Connect Discovery |
//! | `/.well-known/jwks.json`, `/v1/sessions/jwks/{project}` | public keys | RFC 7517 |
//! | `POST /v1/oauth2/register` | dynamic client registration | RFC 7591 |
//! | `POST /v1/oauth2/token` | tokens for codes and refresh tokens | OAuth 2.1, RFC 7636, RFC 8707 |
//! | `POST /v1/oauth2/introspect`, `/revoke` | whether a token is active; its end | RFC 7662, RFC 7009 |
//! | `GET /v1/oauth2/userinfo` | the person who granted it | OpenID Connect Core 5.3 |
//! | `/sdk/v1/…` | what Stytch's browser SDK calls: login, sessions, consent | [`sdk`] |
//! | `GET /dev/mailbox` | login codes that would have been mailed | development on this machine |
//!
//! The consent page, `/oauth/authorize`, is a page of the frontend with Stytch's component. [`authorize`] decides whether it is shown,
//! and with which status.
//!
//! # State
//! Everything that is used once (login codes, authorization codes, refresh tokens) is stored in the [`account`] object of its person.
//! User ids and e-mail ids are derived from the address under a secret of the deployment, and opaque tokens contain the account's id.
//! So each leads directly to its object, and there is no central lookup.

mod account;
pub(crate) mod authorize;
mod client_keys;
mod client_registration;
mod clients;
mod dev_mailbox;
pub(super) mod discovery;
mod fetch;
pub(crate) mod grants;
mod mail;
mod network_limit;
mod oauth2;
mod person;
pub(crate) mod project;
pub(crate) mod routes;
mod sdk;
mod stytch;
pub(super) mod tokens;

pub(super) use authorize::endpoint::verdict;
