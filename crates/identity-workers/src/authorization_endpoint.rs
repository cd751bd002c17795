//! `/oauth/authorize`, the authorization endpoint (OAuth 2.1 section 3.1): a page of the frontend, whose status depends on the server's
//! judgement of the request.
//!
//! A client can check here whether its registration is still valid: for an invalid request the page comes with 400. Before the page
//! shows the login it asks again, for JSON. With Stytch as the identity provider the clients are Stytch's, so the page always comes
//! with 200.
//!
//! `/oauth/logout`, the end-session endpoint (OpenID Connect RP-Initiated Logout 1.0 section 2), is here too, since both take a
//! form and show the page.

use worker::Method;
use worker_kit::{
    http::{self, Failure, Problem, Request, Response, limited_body},
    static_files,
};

use crate::{
    deployment::Deployment,
    form::written_again,
    provider::{self, authorize::endpoint::Verdict},
};

const AUTHORIZE: &str = "/oauth/authorize";
const LOG_OUT: &str = "/oauth/logout";

/// The longest form: as much as fits into a URL.
const MAX_FORM_BYTES: usize = 12 * 1024;

/// Answers `/oauth/authorize`.
///
/// # Errors
/// 405, 413 and 415 for what no client or browser sends; what the provider and the page's file fail with.
pub async fn authorization_endpoint(request: Request, deployment: &Deployment) -> Result<Response, Failure> {
    match request.method {
        Method::Get | Method::Head => show(&request, deployment).await,
        Method::Post => see_by_get(request, AUTHORIZE).await,
        _ => Err(Problem::method_not_allowed("GET, HEAD, POST").into()),
    }
}

/// Answers `/oauth/logout`.
///
/// # Errors
/// As [`authorization_endpoint`].
pub async fn end_session_endpoint(request: Request, deployment: &Deployment) -> Result<Response, Failure> {
    match request.method {
        Method::Get | Method::Head => static_files::page(&deployment.env, &request.method, 200).await,
        Method::Post => see_by_get(request, LOG_OUT).await,
        _ => Err(Problem::method_not_allowed("GET, HEAD, POST").into()),
    }
}

async fn show(request: &Request, deployment: &Deployment) -> Result<Response, Failure> {
    let (verdict, planted) = if deployment.has_embedded_provider() {
        provider::verdict(request, deployment).await?
    } else {
        (Verdict::Page, Vec::new())
    };
    let is_for_page = request.header("accept").is_some_and(|accept| accept == "application/json");
    let status = if matches!(verdict, Verdict::Refused { .. }) { 400 } else { 200 };
    let response = match &verdict {
        _ if is_for_page => http::json(&verdict)?.with_status(status),
        Verdict::Refused { way_back: Some(address), by_itself: true, .. } => see_other(address),
        _ => static_files::page(&deployment.env, &request.method, status).await?,
    };
    Ok(response.with_cookies(&planted))
}

/// A form leads to the same by GET (OpenID Connect Core section 3.1.2.1), since the page reads its address. Nothing is done yet.
async fn see_by_get(request: Request, path: &str) -> Result<Response, Failure> {
    let content_type = request.header("content-type").unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Problem::new(415, "not_a_form", "Send the request as a form.").into());
    }
    let form = limited_body(&request, MAX_FORM_BYTES).await?;
    // Written again, so that nothing but parameters gets into the URL.
    Ok(see_other(&format!("{path}?{}", written_again(&form))))
}

fn see_other(address: &str) -> Response {
    http::empty(303).with("location", address).with("referrer-policy", "no-referrer")
}
