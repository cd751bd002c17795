//! The OAuth endpoints below `/v1/oauth2`: programs call them, no cookie is involved, any page may.

mod introspect;
mod register;
mod revoke;
mod token;
mod userinfo;

use oauth::{
    OAuthError, OAuthErrorCode,
    token::{Parameters, PresentedClient},
};
use worker::{Method, Response};

use super::{
    clients,
    stytch::{ClientError, oauth_error},
};
use crate::{
    http::{self, Failure, Problem, Request, limited_body},
    router::App,
};

pub(super) async fn route(mut request: Request, app: &App) -> Result<Response, Failure> {
    let method = request.method.clone();
    let answer = match (&method, request.segments().as_slice()) {
        (Method::Post, ["v1", "oauth2", "register"]) => register::post(&mut request, app).await,
        (Method::Post, ["v1", "oauth2", "token"]) => token::post(&mut request, app).await,
        (Method::Post, ["v1", "oauth2", "introspect"]) => introspect::post(&mut request, app).await,
        (Method::Post, ["v1", "oauth2", "revoke"]) => revoke::post(&mut request, app).await,
        (Method::Get | Method::Post, ["v1", "oauth2", "userinfo"]) => {
            return userinfo::get(&request, app).await;
        }
        (_, ["v1", "oauth2", "userinfo"]) => {
            return Err(Problem::method_not_allowed("GET, POST, OPTIONS").into());
        }
        (_, ["v1", "oauth2", "register" | "token" | "introspect" | "revoke"]) => {
            return Err(Problem::method_not_allowed("POST, OPTIONS").into());
        }
        _ => return Err(Problem::not_found().into()),
    };
    match answer {
        Ok(response) => Ok(response),
        Err(ClientError::Refused(error)) => Ok(oauth_error(error)?),
        Err(ClientError::Failed(Failure::Problem(problem))) if problem.status() == 503 => {
            Ok(unavailable(problem.retry_after().unwrap_or(1))?)
        }
        Err(ClientError::Failed(failure)) => Err(failure),
    }
}

/// The word of RFC 6749 section 4.1.2.1 for it; section 5.2 has none for the token endpoint, and HTTP's status says the same.
fn unavailable(wait_seconds: u32) -> worker::Result<Response> {
    let description = "The server cannot read what this needs at the moment. Nothing was lost; try again.";
    let error = OAuthError::new(OAuthErrorCode::TemporarilyUnavailable, description);
    http::with_headers(oauth_error(error)?, &[("retry-after", &wait_seconds.to_string())])
}

/// The parameters of a call, and the client that makes it, authenticated.
async fn authenticated(
    request: &mut Request,
    app: &App,
) -> Result<(Parameters, PresentedClient), ClientError> {
    let body = limited_body(request, Parameters::MAX_BODY_BYTES).await?;
    let parameters = Parameters::from_body(request.header("content-type").as_deref(), &body)?;
    let presented = PresentedClient::from_request(request.header("authorization").as_deref(), &parameters)?;
    let client = clients::known(app, &presented.id)
        .await?
        .ok_or(OAuthError::invalid_client("The client is not registered."))?;
    presented.authenticate(client.metadata.token_endpoint_auth_method, client.secret)?;
    Ok((parameters, presented))
}
