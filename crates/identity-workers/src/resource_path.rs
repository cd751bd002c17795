//! The protected resource of a request, and the address of its metadata document (RFC 9728 section 3.1).

use worker_kit::http::{Origin, Request};

use crate::{deployment::Deployment, token};

/// The path of such documents; the resource's own path follows.
pub(crate) const METADATA_PATH: &str = "/.well-known/oauth-protected-resource";

/// The address of the document about the resource of this request.
pub(super) fn resource_metadata_url(deployment: &Deployment, request: &Request) -> String {
    let path = request.path.as_str();
    let path = if typed_resource(deployment, &request.origin, path).is_some() { path } else { "" };
    format!("{}{METADATA_PATH}{path}", request.origin)
}

/// The resource at a path, if there is one, as it was typed. The origin has no other spelling: a slash after the host is no part
/// of where its document is ("any terminating slash following the host component MUST be removed", section 3.1).
pub(crate) fn typed_resource(deployment: &Deployment, origin: &Origin, path: &str) -> Option<String> {
    match path.strip_suffix('/') {
        Some(path) if !path.is_empty() => Some(format!("{}/", token::resource_at(deployment, origin, path)?)),
        without_slash => {
            Some(token::resource_at(deployment, origin, without_slash.unwrap_or(path))?.to_string())
        }
    }
}
