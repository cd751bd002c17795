//! The paths of the provider.

use worker_kit::http::{Failure, Problem, Request, Response, open_answer};

use crate::{
    deployment::Deployment,
    provider::{dev_mailbox, discovery, oauth2, sdk},
};

/// Every path of the provider but `/.well-known`.
pub(crate) async fn route(request: Request, deployment: &Deployment) -> Result<Response, Failure> {
    match request.segments().as_slice() {
        ["sdk", "v1", ..] => sdk::route(request, deployment).await,
        ["dev", "mailbox"] => dev_mailbox::show(&request, deployment).await,
        ["v1", "oauth2", _] => {
            open_answer(request, async |request| oauth2::route(request, deployment).await).await
        }
        ["v1", "sessions", "jwks", _] => {
            open_answer(request, async |request| discovery::route(&request, deployment).await).await
        }
        _ => Err(Problem::not_found().into()),
    }
}
