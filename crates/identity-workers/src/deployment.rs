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
pub struct App {
    pub env: Env,
    pub config: std::rc::Rc<Config>,
    pub application: &'static Application,
    /// Keeps work going after its answer.
    pub context: std::rc::Rc<Context>,
    /// What is to end with a login session, by its user and its id.
    pub ends_with_session: fn(Env, UserId, String) -> LocalBoxFuture<'static, Result<(), Failure>>,
}

/// Whether this is the identity provider, and Stytch is not.
pub(super) fn is_on(app: &App) -> bool {
    matches!(app.config.identity, Identity::Embedded)
}
