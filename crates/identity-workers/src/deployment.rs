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
    pub env: Env,
    pub config: std::rc::Rc<Config>,
    pub application: &'static Application,
    /// Keeps work going after its answer.
    pub context: std::rc::Rc<Context>,
    /// What is to end with a login session, by its user and its id.
    pub ends_with_session: fn(Env, UserId, String) -> LocalBoxFuture<'static, Result<(), Failure>>,
}

impl Deployment {
    /// Whether this is the identity provider, and Stytch is not.
    pub fn has_embedded_provider(&self) -> bool {
        matches!(self.config.identity, Identity::Embedded)
    }
}
