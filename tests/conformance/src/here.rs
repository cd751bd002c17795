//! What every tool and resource of the fixture is given.

use mcp::Authorize;
use worker::Env;

/// What every handler is given: the Worker's environment. Nobody is told apart.
#[derive(Clone)]
pub(crate) struct Here {
    pub(crate) env: Env,
}

impl Authorize for Here {}
