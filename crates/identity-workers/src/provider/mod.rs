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
//! | `POST /v1/oauth2/introspect`, `/revoke` | is a token good; end it | RFC 7662, RFC 7009 |
//! | `GET /v1/oauth2/userinfo` | who granted it | OpenID Connect Core 5.3 |
//! | `/sdk/v1/…` | what Stytch's browser SDK calls: login, sessions, consent | [`sdk`] |
//! | `GET /dev/mailbox` | login codes that would have been mailed | development on this machine |
//!
//! The consent page itself, `/oauth/authorize`, belongs to the page: it is Stytch's component. Whether it comes, and with which
//! status, is decided in [`authorize`].
//!
//! # State
//! Whatever is consumed once (login codes, authorization codes, refresh tokens) lives in the one [`account`] object of the
//! person it belongs to. User ids and e-mail ids are derived from the address under a secret of the deployment, and opaque
//! tokens carry the account's id, so that each leads straight to its object and nothing central has to be asked.

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
mod tokens;

pub(super) use authorize::endpoint::verdict;
