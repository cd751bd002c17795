//! The paths of identity.

use worker_kit::http::{Failure, Problem, Request, Response, open_answer};

use crate::{
    deployment::Deployment,
    metadata,
    provider::{self, routes},
};

/// Answers every path below `/.well-known`, `/sdk`, `/v1` and `/dev`. The provider's paths exist only where the embedded provider is
/// the identity provider.
///
/// # Errors
/// 404 for an unknown path; the problems and faults of the endpoints.
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
