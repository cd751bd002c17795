//! Refusals that lead a client to the authorization server (RFC 6750 section 3, RFC 9728 section 5.1).

use oauth::{
    Scopes,
    bearer::{BearerRefusal, Challenge},
};
use worker_kit::http::{Problem, Request};

use crate::{deployment::Deployment, resource_path, scopes::resource_scopes};

/// The refusal of a token that was good once.
pub(crate) fn revoked(request: &Request, deployment: &Deployment) -> Problem {
    challenge(request, deployment, &BearerRefusal::Revoked)
}

/// The value of `WWW-Authenticate` beside a 403: every scope that was needed, at once (MCP 2026-07-28, authorization).
pub fn insufficient_scope(request: &Request, deployment: &Deployment, needed: &[String]) -> String {
    let needed = Scopes::collect(needed.iter().filter_map(|scope| scope.parse().ok()));
    challenge_text(request, deployment, &BearerRefusal::InsufficientScope(needed))
}

/// The refusal, with what a client needs to do better.
pub(crate) fn challenge(request: &Request, deployment: &Deployment, refusal: &BearerRefusal) -> Problem {
    let (code, detail) = match refusal {
        BearerRefusal::NoToken => ("no_token", "Connect with an access token in the Authorization header."),
        BearerRefusal::Token(refusal) => ("invalid_token", refusal.description()),
        BearerRefusal::Revoked => ("invalid_token", "The access has been revoked."),
        BearerRefusal::InsufficientScope(_) => ("insufficient_scope", "The token does not cover this."),
    };
    Problem::new(refusal.status(), code, detail)
        .header("www-authenticate", challenge_text(request, deployment, refusal))
}

fn challenge_text(request: &Request, deployment: &Deployment, refusal: &BearerRefusal) -> String {
    let resource_metadata = &resource_path::resource_metadata_url(request);
    Challenge { refusal, resource_metadata, default_scopes: &resource_scopes(deployment) }.to_string()
}
