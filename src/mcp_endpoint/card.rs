//! Discovery by agents' hosts before they connect: the server's card and the catalog that names the card (the `mcp` crate, "card").
//! Both need no authentication and contain only public data.

use mcp::{CARD_CACHE_CONTROL, CARD_MEDIA_TYPE, CATALOG_PATH};
use worker::Method;
use worker_kit::http::{self, Body, Failure, Problem, Request, Response};

use super::todo_service::server_at;

/// `/mcp/server-card`, or the catalog at [`CATALOG_PATH`].
pub(crate) fn route(request: &Request) -> Result<Response, Failure> {
    if !matches!(request.method, Method::Get | Method::Head) {
        return Err(Problem::method_not_allowed("GET, HEAD, OPTIONS").into());
    }
    let endpoint = format!("{}/mcp", request.origin);
    let domain = request.origin.host();
    let server = server_at(&request.origin);
    let (document, media_type) = if request.path.trim_end_matches('/') == CATALOG_PATH {
        (server.catalog(domain, &endpoint), "application/json")
    } else {
        (server.card(domain, &endpoint), CARD_MEDIA_TYPE)
    };
    let response = http::answer_of(Body::Bytes(json::to_vec(&document)?), media_type);
    Ok(response.with("cache-control", CARD_CACHE_CONTROL))
}
