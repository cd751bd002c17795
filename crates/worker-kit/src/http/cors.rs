//! CORS for pages of every origin (the Fetch standard, "CORS protocol"), for documents and endpoints that use no cookies.

use worker::Method;

use super::{Failure, Request, Response, empty};

const HEADERS: [(&str, &str); 5] = [
    ("access-control-allow-origin", "*"),
    ("access-control-allow-methods", "GET, HEAD, POST, OPTIONS"),
    ("access-control-allow-headers", "Authorization, Content-Type, MCP-Protocol-Version"),
    ("access-control-expose-headers", "WWW-Authenticate"),
    ("access-control-max-age", "7200"),
];

/// Answers a request with CORS headers for every origin. A problem is rendered here, so that a page can read it; a preflight
/// (`OPTIONS`) is answered 204.
///
/// # Errors
/// A fault of the answer, or the platform's.
pub async fn open_answer(
    request: Request,
    answer: impl AsyncFnOnce(Request) -> Result<Response, Failure>,
) -> Result<Response, Failure> {
    let response = if request.method == Method::Options {
        empty(204)
    } else {
        match answer(request).await {
            Ok(response) => response,
            Err(failure) => failure.into_problem().map_err(Failure::fault)?.into_response()?,
        }
    };
    Ok(response.with_all(&HEADERS))
}
