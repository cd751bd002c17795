//! The calls of Stytch's browser SDK, below `/sdk/v1`. Answers and errors have Stytch's shapes; every one is checked against the
//! code of `@stytch/vanilla-js` 6.3 and `@stytch/react` 20.1.
//!
//! | method | path | what |
//! |---|---|---|
//! | GET | `/projects/bootstrap/{public token}` | the configuration of the SDK |
//! | POST | `/otps/email/login_or_create`, `/otps/email/send/primary`, `/otps/email/send/secondary` | send a login code |
//! | POST | `/otps/authenticate` | log in with it |
//! | POST | `/sessions/authenticate`, `/sessions/revoke` | renew a session, end it |
//! | GET | `/users/me`, `/users/connected_apps` | the person who is logged in, and their connected apps |
//! | POST | `/users/connected_apps/{id}/revoke` | disconnect it |
//! | POST | `/idp/oauth/authorize/start`, `/submit` | consent |
//! | POST | `/oauth/logout/start` | a logout that a client asks for |
//! | POST | `/events` | telemetry: accepted and dropped |
//!
//! The SDK authenticates in `Authorization`, where no other site's page can put a session token. Calls from another site's page are
//! refused as well, unless it is an app that uses this identity provider (`APP_ORIGINS`).

mod bootstrap;
mod browser_cookie;
mod consent;
mod logout;
mod otps;
pub(crate) mod presented;
mod sessions;
mod users;

use worker::Method;
use worker_kit::http::{self, Failure, Origin, Request, Response, is_same_origin};

use super::stytch::{SdkError, SdkErrorKind, StytchError, sdk_answer};
use crate::{
    deployment::Deployment,
    provider::sdk::presented::{Body, Presented},
};

pub(super) async fn route(request: Request, deployment: &Deployment) -> Result<Response, Failure> {
    let page = page_of_app(&request, deployment);
    let answer = if request.method == Method::Options && page.is_some() {
        http::empty(204)
    } else {
        match answer(request, deployment, page.is_some()).await {
            Ok(response) => response,
            Err(error) => match error.kind() {
                SdkErrorKind::Refused(error) => error.into_response(None)?,
                SdkErrorKind::Detailed(error, details) => error.into_response(Some(&details))?,
                SdkErrorKind::WithCookies(error, cookies) => {
                    error.into_response(None)?.with_cookies(&cookies)
                }
                SdkErrorKind::Failed(failure) => return Err(failure),
            },
        }
    };
    let Some(page) = page else { return Ok(answer) };
    Ok(answer.with("access-control-allow-origin", page.as_str()).with_all(&[
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "GET, POST, PUT, OPTIONS"),
        ("access-control-allow-headers", "Authorization, Content-Type, X-SDK-Client, X-SDK-Parent-Host"),
        ("access-control-max-age", "7200"),
        ("vary", "Origin"),
    ]))
}

/// The origin of the page that calls, if it is that of an app which has this deployment as its identity provider.
fn page_of_app(request: &Request, deployment: &Deployment) -> Option<Origin> {
    let origin = Origin::parse(&request.header("origin")?)?;
    deployment.config.app_origins.contains(&origin).then_some(origin)
}

async fn answer(request: Request, deployment: &Deployment, is_from_app: bool) -> Result<Response, SdkError> {
    if !is_from_app && !is_same_origin(&request) {
        return Err(StytchError::new(
            400,
            "bad_domain_for_stytch_sdk",
            "This can only be called by the app's own page.",
        )
        .into());
    }
    let path = request.path.clone();
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').skip(2).collect();
    let method = request.method.clone();
    match (&method, segments.as_slice()) {
        (Method::Get, ["projects", "bootstrap", token]) => return bootstrap::get(deployment, token),
        // Unauthenticated by design; its failure would only fill the console.
        (Method::Post, ["events"]) => return sdk_answer(&()),
        _ => {}
    }
    let presented = Presented::by(&request)?;
    let body = Body::of(&request).await?;
    match (&method, segments.as_slice()) {
        (
            Method::Post,
            ["otps", "email", "login_or_create"] | ["otps", "email", "send", "primary" | "secondary"],
        ) => otps::send(&request, &body, deployment).await,
        (Method::Post, ["otps", "authenticate"]) => otps::authenticate(&request, &body, deployment).await,
        (Method::Post, ["sessions", "authenticate"]) => {
            sessions::authenticate(&request, &body, deployment, &presented).await
        }
        (Method::Post, ["sessions", "revoke"]) => sessions::revoke(deployment, &presented).await,
        (Method::Get, ["users", "me"]) => users::me(deployment, &presented).await,
        (Method::Get, ["users", "connected_apps"]) => users::connected_apps(deployment, &presented).await,
        // An id that is an address has slashes, encoded or not.
        (Method::Post, ["users", "connected_apps", id @ .., "revoke"]) => {
            users::disconnect(deployment, &presented, &id.join("/")).await
        }
        (Method::Post, ["idp", "oauth", "authorize", "start"]) => {
            consent::start(&request, &body, deployment, &presented).await
        }
        (Method::Post, ["idp", "oauth", "authorize", "submit"]) => {
            consent::submit(&request, &body, deployment, &presented).await
        }
        (Method::Post, ["oauth", "logout", "start"]) => {
            logout::start(&request, &body, deployment, &presented).await
        }
        _ => Err(StytchError::new(404, "route_not_found", "This server does not offer that.").into()),
    }
}
