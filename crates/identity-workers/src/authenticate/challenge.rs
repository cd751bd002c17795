//! The answer to a refused bearer token. It leads a client to the authorization server (RFC 6750 section 3, RFC 9728 section
//! 5.1).

use oauth::{
    Scopes,
    bearer::{BearerRefusal, Challenge},
};
use worker_kit::http::{Failure, Problem, Request};

use crate::{check_error::CheckError, deployment::Deployment, resource_path, scopes::resource_scopes};

impl From<BearerRefusal> for CheckError<BearerRefusal> {
    fn from(refusal: BearerRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl CheckError<BearerRefusal> {
    /// The answer: 401 or 403 with the challenge, or the failure as it is.
    pub fn render(self, request: &Request, deployment: &Deployment) -> Failure {
        match self {
            Self::Refused(refusal) => challenge(request, deployment, &refusal).into(),
            Self::Failed(failure) => failure,
        }
    }
}

/// The value of `WWW-Authenticate` beside a 403 whose body is written elsewhere: every scope that was needed, at once
/// (MCP 2026-07-28, authorization). `needed` are scopes; what is no scope is left out.
pub fn insufficient_scope(request: &Request, deployment: &Deployment, needed: &[String]) -> String {
    let needed = Scopes::collect(needed.iter().filter_map(|scope| scope.parse().ok()));
    header(request, deployment, &BearerRefusal::InsufficientScope(needed))
}

/// The refusal, with what a client needs to do better.
fn challenge(request: &Request, deployment: &Deployment, refusal: &BearerRefusal) -> Problem {
    let (code, detail) = match refusal {
        BearerRefusal::NoToken => ("no_token", "Connect with an access token in the Authorization header."),
        BearerRefusal::Token(refusal) => ("invalid_token", refusal.description()),
        BearerRefusal::Revoked => ("invalid_token", "The access has been revoked."),
        BearerRefusal::InsufficientScope(_) => ("insufficient_scope", "The token does not cover this."),
    };
    Problem::new(refusal.status(), code, detail)
        .header("www-authenticate", header(request, deployment, refusal))
}

fn header(request: &Request, deployment: &Deployment, refusal: &BearerRefusal) -> String {
    let resource_metadata = &resource_path::resource_metadata_url(deployment, request);
    Challenge { refusal, resource_metadata, default_scopes: &resource_scopes(deployment) }.to_string()
}
