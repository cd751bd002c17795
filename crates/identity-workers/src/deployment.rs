//! A deployment: its bindings, its configuration, its application.

use futures_util::future::LocalBoxFuture;
use worker::{Context, Env};
use worker_kit::http::Failure;

use crate::{
    UserId,
    application::Application,
    config::{Config, Identity},
};

/// What every handler is given besides the request.
#[derive(Clone)]
pub struct Deployment {
    /// The bindings: the Durable Objects of this crate among them (README, "What it needs").
    pub env: Env,
    /// What the environment says, checked.
    pub config: std::rc::Rc<Config>,
    /// The application whose users are let in.
    pub application: &'static Application,
    /// Keeps work going after its answer.
    pub context: std::rc::Rc<Context>,
    /// Ends what depends on a login session, by the session's user and id: called before a logout is answered. A failure
    /// is logged, and the logout stands.
    pub ends_with_session: fn(Env, UserId, String) -> LocalBoxFuture<'static, Result<(), Failure>>,
}

impl Deployment {
    /// Whether this is the identity provider, and Stytch is not.
    pub fn has_embedded_provider(&self) -> bool {
        matches!(self.config.identity, Identity::Embedded)
    }
}
