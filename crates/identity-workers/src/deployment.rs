//! A deployment: its bindings, its configuration, its application.

use worker::{Context, Env};

use crate::{
    application::Application,
    config::{Config, Identity},
};

/// The argument of every handler besides the request.
#[derive(Clone)]
pub struct Deployment {
    /// The bindings: the Durable Objects of this crate among them (README, "What it needs").
    pub env: Env,
    /// The checked configuration of the environment.
    pub config: std::rc::Rc<Config>,
    /// The application whose users are authenticated.
    pub application: &'static Application,
    /// The context of the request, for work after its answer (`wait_until`).
    pub context: std::rc::Rc<Context>,
}

impl Deployment {
    /// Whether the embedded provider is the identity provider, and not Stytch.
    pub fn has_embedded_provider(&self) -> bool {
        cfg!(feature = "embedded-identity") && matches!(self.config.identity, Identity::Embedded)
    }
}
