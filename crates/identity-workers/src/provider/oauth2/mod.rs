//! The OAuth endpoints below `/v1/oauth2`. They use no cookies, so pages of every origin may call them.

mod authentication;
mod introspect;
mod register;
mod revoke;
mod token;
mod userinfo;

use oauth::{OAuthError, OAuthErrorCode};
use worker::Method;
use worker_kit::http::{Failure, FailureKind, NotNow, Problem, Request, Response};

use super::stytch::{ClientErrorKind, oauth_error};
use crate::deployment::Deployment;

pub(super) async fn route(request: Request, deployment: &Deployment) -> Result<Response, Failure> {
    let method = request.method.clone();
    let answer = match (&method, request.segments().as_slice()) {
        (Method::Post, ["v1", "oauth2", "register"]) => register::post(&request, deployment).await,
        (Method::Post, ["v1", "oauth2", "token"]) => token::post(&request, deployment).await,
        (Method::Post, ["v1", "oauth2", "introspect"]) => introspect::post(&request, deployment).await,
        (Method::Post, ["v1", "oauth2", "revoke"]) => revoke::post(&request, deployment).await,
        (Method::Get | Method::Post, ["v1", "oauth2", "userinfo"]) => {
            let answer = userinfo::get(&request, deployment).await;
            return answer.map_err(|error| error.render(&request, deployment));
        }
        (_, ["v1", "oauth2", "userinfo"]) => {
            return Err(Problem::method_not_allowed("GET, POST, OPTIONS").into());
        }
        (_, ["v1", "oauth2", "register" | "token" | "introspect" | "revoke"]) => {
            return Err(Problem::method_not_allowed("POST, OPTIONS").into());
        }
        _ => return Err(Problem::not_found().into()),
    };
    let error = match answer {
        Ok(response) => return Ok(response),
        Err(error) => error.kind(),
    };
    match error {
        ClientErrorKind::Refused(error) => Ok(oauth_error(error)?),
        ClientErrorKind::Wait { error, seconds } => Ok(told_to_wait(error, seconds)?),
        ClientErrorKind::Failed(failure) => {
            let FailureKind::NotNow(NotNow { retry_after, .. }) = failure.as_kind() else {
                return Err(failure);
            };
            // The word of RFC 6749 section 4.1.2.1; section 5.2 has none for the token endpoint, and HTTP's status says the same.
            let description =
                "The server cannot read what this needs at the moment. Nothing was lost; try again.";
            let error = OAuthError::new(OAuthErrorCode::TemporarilyUnavailable, description);
            Ok(told_to_wait(error, (*retry_after).into())?)
        }
    }
}

fn told_to_wait(error: OAuthError, seconds: i64) -> worker_kit::Result<Response> {
    Ok(oauth_error(error)?.with("retry-after", &seconds.to_string()))
}
