//! `/.well-known/oauth-protected-resource[/…]` (RFC 9728), in both identity modes: which authorization server a client has to
//! go to for a token.

use oauth::metadata::ProtectedResource;
use worker::{Method, Response};

use super::{resource_scopes, token};
use crate::{
    http::{self, Failure, Problem, Request},
    router::App,
};

const PATH: &str = "/.well-known/oauth-protected-resource";

/// The document for the path behind the well-known part, which is the resource's own (RFC 9728 section 3.1); without
/// one it is about the origin.
pub(super) fn protected_resource(request: &Request, app: &App) -> Result<Response, Failure> {
    let suffix = request.path.strip_prefix(PATH).unwrap_or_default().trim_end_matches('/');
    let resource = token::resource_at(&request.origin, suffix).ok_or_else(Problem::not_found)?;
    match request.method {
        Method::Options => Ok(open_to_all(http::empty(204)?)?),
        Method::Get | Method::Head => {
            let issuer = token::authorization_server(app, &request.origin);
            let scopes = resource_scopes(app);
            let document = ProtectedResource::new(&resource, issuer, &scopes);
            Ok(open_to_all(http::json(&document)?)?)
        }
        _ => Err(Problem::method_not_allowed("GET, HEAD, OPTIONS").into()),
    }
}

/// Where the document about the resource that was just asked for is.
pub(super) fn resource_metadata_url(request: &Request) -> String {
    let path = request.path.trim_end_matches('/');
    let path = if token::resource_at(&request.origin, path).is_some() { path } else { "" };
    format!("{}{PATH}{path}", request.origin)
}

/// Documents and endpoints that any page may use: they know no cookies, so there is nothing to steal.
pub(super) fn open_to_all(response: Response) -> worker::Result<Response> {
    http::with_headers(
        response,
        &[
            ("access-control-allow-origin", "*"),
            ("access-control-allow-methods", "GET, HEAD, POST, OPTIONS"),
            ("access-control-allow-headers", "Authorization, Content-Type, MCP-Protocol-Version"),
            ("access-control-expose-headers", "WWW-Authenticate"),
            ("access-control-max-age", "7200"),
        ],
    )
}
