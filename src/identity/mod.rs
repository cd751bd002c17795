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
mod client_name;
mod cookie_door;
mod metadata;
pub(crate) mod provider;
mod token;

use oauth::{ClientId, Scope, Scopes};
use worker::Response;

use crate::{
    deployment::App,
    http::{Failure, Problem, Request, open_answer},
    permissions::{Permission, Permissions},
};

pub(crate) use access::Access;
pub(crate) use authorization_endpoint::authorization_endpoint;
pub(crate) use bearer_door::{bearer_door, insufficient_scope};
pub(crate) use client_name::client_name;
pub(crate) use cookie_door::{cookie_door, is_same_origin, require_account};
pub(crate) use oauth::UserId;

/// Somebody who proved who they are, and through what.
pub(crate) struct Caller {
    pub(crate) user_id: UserId,
    pub(crate) client: Client,
    /// What the client may do in the user's name: by its scopes for an agent, by the user's roles for a browser.
    pub(crate) permissions: Permissions,
}

impl Caller {
    /// # Errors
    /// 403 for somebody who may not do this.
    pub(crate) fn require(&self, permission: Permission) -> Result<(), Problem> {
        if self.permissions.allow(permission) {
            Ok(())
        } else {
            Err(Problem::new(403, "not_permitted", "Your account does not permit this."))
        }
    }
}

/// What a person uses to call.
pub(crate) enum Client {
    Browser {
        /// The login session, which ends when the person logs out.
        session_id: String,
    },
    /// An app that the person has connected.
    ConnectedApp(ClientId),
}

impl Client {
    /// What tells it from a person's other clients.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Browser { .. } => "",
            Self::ConnectedApp(id) => id.as_str(),
        }
    }
}

/// Scopes that describe the person.
const IDENTITY_SCOPES: &str = "openid email profile";

/// The scopes that an agent is told to ask for (metadata, challenges), and that one which asks for none is taken to mean: all
/// that this server has a use for. `offline_access` is the agent's own business.
pub(crate) fn resource_scopes(app: &App) -> Scopes {
    scopes(IDENTITY_SCOPES).union(&scopes_of(&app.config.required_scopes))
}

fn scopes_of(permissions: &[Permission]) -> Scopes {
    Scopes::collect(permissions.iter().filter_map(|permission| permission.scope().parse::<Scope>().ok()))
}

/// Every path below `/.well-known`, `/sdk`, `/v1` and `/dev`. What the embedded provider answers exists only where it is
/// the identity provider.
pub(crate) async fn route(request: Request, app: &App) -> Result<Response, Failure> {
    match request.segments().as_slice() {
        [".well-known", ..] => open_answer(request, async |request| well_known(&request, app).await).await,
        _ if provider::is_on(app) => provider::route(request, app).await,
        _ => Err(Problem::not_found().into()),
    }
}

async fn well_known(request: &Request, app: &App) -> Result<Response, Failure> {
    match request.segments().as_slice() {
        [".well-known", "oauth-protected-resource", ..] => metadata::protected_resource(request, app),
        _ if provider::is_on(app) => provider::discovery::route(request, app).await,
        _ => Err(Problem::not_found().into()),
    }
}

/// Scopes written in this crate's own source.
fn scopes(text: &'static str) -> Scopes {
    text.parse().unwrap_or_default()
}
