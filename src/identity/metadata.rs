//! `/.well-known/oauth-protected-resource[/…]` (RFC 9728), in both identity modes: which authorization server a client has to
//! go to for a token.
//!
//! A resource is stated as the person typed its address, with a slash at the end or without: clients compare (RFC 9728 section
//! 3.3). As the audience of a token both are one ([`oauth::resource`]).

use oauth::metadata::ProtectedResource;
use worker::{Method, Response};

use super::{resource_scopes, token};
use crate::{
    deployment::App,
    http::{self, Failure, Origin, Problem, Request},
};

const PATH: &str = "/.well-known/oauth-protected-resource";

/// The document for the path behind the well-known part, which is the resource's own (RFC 9728 section 3.1); without
/// one it is about the origin.
pub(super) fn protected_resource(request: &Request, app: &App) -> Result<Response, Failure> {
    let path = request.path.strip_prefix(PATH).unwrap_or_default();
    let resource = typed_resource(&request.origin, path).ok_or_else(Problem::not_found)?;
    match request.method {
        Method::Get | Method::Head => {
            let issuer = token::authorization_server(app, &request.origin);
            let scopes = resource_scopes(app);
            Ok(http::json(&ProtectedResource::new(&resource, issuer, &scopes))?)
        }
        _ => Err(Problem::method_not_allowed("GET, HEAD, OPTIONS").into()),
    }
}

/// Where the document about the resource that was just asked for is.
pub(super) fn resource_metadata_url(request: &Request) -> String {
    let path = request.path.as_str();
    let path = if typed_resource(&request.origin, path).is_some() { path } else { "" };
    format!("{}{PATH}{path}", request.origin)
}

/// The resource at a path, if there is one, as it was typed. The origin has no other spelling: a slash after the host is no part
/// of where its document is ("any terminating slash following the host component MUST be removed", section 3.1).
fn typed_resource(origin: &Origin, path: &str) -> Option<String> {
    match path.strip_suffix('/') {
        Some(path) if !path.is_empty() => Some(format!("{}/", token::resource_at(origin, path)?)),
        without_slash => Some(token::resource_at(origin, without_slash.unwrap_or(path))?.to_string()),
    }
}
