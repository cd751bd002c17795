//! Discovery documents and public keys.

use oauth::metadata::AuthorizationServer;
use worker::Method;
use worker_kit::http::{self, Failure, Problem, Request, Response};

use super::{
    project::{PROJECT_ID, grantable_scopes},
    stytch,
};
use crate::{deployment::Deployment, key_ring::Keys};

pub(crate) async fn route(request: &Request, deployment: &Deployment) -> Result<Response, Failure> {
    let document = match request.place().as_slice() {
        // Clients that know no protected-resource metadata look below the resource's path; it is the same server.
        [".well-known", "oauth-authorization-server" | "openid-configuration"]
        | [".well-known", "oauth-authorization-server" | "openid-configuration", "mcp" | "sse"] => {
            Document::Server
        }
        [".well-known", "jwks.json"] => Document::Keys,
        ["v1", "sessions", "jwks", project] if *project == PROJECT_ID => Document::Keys,
        _ => return Err(Problem::not_found().into()),
    };
    if !matches!(request.method, Method::Get | Method::Head) {
        return Err(Problem::method_not_allowed("GET, HEAD, OPTIONS").into());
    }
    match document {
        Document::Server => {
            let server = AuthorizationServer::new(request.origin.as_str(), &grantable_scopes(deployment));
            Ok(http::json(&server)?)
        }
        Document::Keys => {
            let keys = Keys::open(deployment).await?;
            let response = stytch::answer(200, &keys.published())?;
            // Verifiers keep it for minutes on their own; a new key is published long before it signs.
            Ok(response.with("cache-control", "public, max-age=300"))
        }
    }
}

enum Document {
    Server,
    Keys,
}
