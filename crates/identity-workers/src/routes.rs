//! The paths of identity.

use worker::Response;
use worker_kit::http::{Failure, Problem, Request, open_answer};

use crate::{
    deployment::Deployment,
    metadata,
    provider::{self, routes},
};

/// Every path below `/.well-known`, `/sdk`, `/v1` and `/dev`. What the embedded provider answers exists only where it is
/// the identity provider.
///
/// # Errors
/// 404 for a path that is nobody's; what the endpoints refuse or fail with.
pub async fn route(request: Request, deployment: &Deployment) -> Result<Response, Failure> {
    match request.segments().as_slice() {
        [".well-known", ..] => {
            open_answer(request, async |request| well_known(&request, deployment).await).await
        }
        _ if deployment.has_embedded_provider() => routes::route(request, deployment).await,
        _ => Err(Problem::not_found().into()),
    }
}

async fn well_known(request: &Request, deployment: &Deployment) -> Result<Response, Failure> {
    match request.segments().as_slice() {
        [".well-known", "oauth-protected-resource", ..] => metadata::protected_resource(request, deployment),
        _ if deployment.has_embedded_provider() => provider::discovery::route(request, deployment).await,
        _ => Err(Problem::not_found().into()),
    }
}
