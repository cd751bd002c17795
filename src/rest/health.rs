//! `GET /api/health`: whether this deployment is set up. If it is not, every route answers 503 with what is wrong.

use identity_workers::deployment::Deployment;
use serde::Serialize;
use worker_kit::http::{self, Failure, Response};

#[derive(Serialize)]
struct Health {
    status: &'static str,
    identity: &'static str,
    version: &'static str,
}

pub(super) fn get(deployment: &Deployment) -> Result<Response, Failure> {
    Ok(http::json(&Health {
        status: "ok",
        identity: deployment.config.identity.name(),
        version: env!("CARGO_PKG_VERSION"),
    })?)
}
