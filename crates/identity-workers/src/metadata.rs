//! `/.well-known/oauth-protected-resource[/…]` (RFC 9728), in both identity modes: the authorization server that
//! issues tokens for a resource.
//!
//! A resource is named as in the request, with a slash at the end or without: clients compare (RFC 9728 section 3.3). As the audience
//! of a token both are the same ([`oauth::resource`]).

use oauth::metadata::ProtectedResource;
use worker::Method;
use worker_kit::http::{self, Failure, Problem, Request, Response};

use crate::{
    deployment::Deployment,
    resource_path::{METADATA_PATH, typed_resource},
    scopes::resource_scopes,
    token,
};

/// The document for the path behind the well-known part, which is the resource's own (RFC 9728 section 3.1); without
/// one it is about the origin.
pub(super) fn protected_resource(request: &Request, deployment: &Deployment) -> Result<Response, Failure> {
    let path = request.path.strip_prefix(METADATA_PATH).unwrap_or_default();
    let resource = typed_resource(deployment, &request.origin, path).ok_or_else(Problem::not_found)?;
    match request.method {
        Method::Get | Method::Head => {
            let issuer = token::authorization_server(deployment, &request.origin);
            let scopes = resource_scopes(deployment);
            Ok(http::json(&ProtectedResource::new(&resource, issuer, &scopes))?)
        }
        _ => Err(Problem::method_not_allowed("GET, HEAD, OPTIONS").into()),
    }
}
