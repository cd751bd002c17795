//! What every handler is given besides the request.

use crate::application::Application;
use futures_util::future::LocalBoxFuture;
use worker::{Context, Env};
use worker_kit::http::Failure;

use crate::{
    config::{Config, Identity},
    identity::UserId,
};

/// What every handler is given besides the request.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) env: Env,
    pub(crate) config: std::rc::Rc<Config>,
    pub(crate) application: &'static Application,
    /// Keeps work going after its answer.
    pub(crate) context: std::rc::Rc<Context>,
    /// What is to end with a login session, by its user and its id.
    pub(crate) ends_with_session: fn(Env, UserId, String) -> LocalBoxFuture<'static, Result<(), Failure>>,
}

/// Whether this is the identity provider, and Stytch is not.
pub(super) fn is_on(app: &App) -> bool {
    matches!(app.config.identity, Identity::Embedded)
}
