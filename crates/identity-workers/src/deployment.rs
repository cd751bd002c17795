//! A deployment: its bindings, its configuration, its application.

use worker::{Context, Env};

use crate::{
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
}

impl Deployment {
    /// Whether this is the identity provider, and Stytch is not.
    pub fn has_embedded_provider(&self) -> bool {
        matches!(self.config.identity, Identity::Embedded)
    }
}
