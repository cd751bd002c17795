//! `GET /api/health`: whether this deployment is set up. What is wrong is answered before any route, with 503.

use serde::Serialize;
use worker::Response;
use worker_kit::http::{self, Failure};

use crate::{config::Identity, deployment::App};

#[derive(Serialize)]
struct Health {
    status: &'static str,
    identity: &'static str,
    version: &'static str,
}

pub(super) fn get(app: &App) -> Result<Response, Failure> {
    Ok(http::json(&Health {
        status: "ok",
        identity: app.config.identity.name(),
        version: env!("CARGO_PKG_VERSION"),
    })?)
}

impl Identity {
    /// The mode's name in `/api/health` and `/api/config`.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Stytch(_) => "stytch",
        }
    }
}
