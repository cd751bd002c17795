//! What any page may read (the Fetch standard, "CORS protocol"): documents and endpoints that know no cookies, so that there is
//! nothing to steal.

use worker::{Method, Response};

use super::{Failure, Request, empty, with_headers};

const HEADERS: [(&str, &str); 5] = [
    ("access-control-allow-origin", "*"),
    ("access-control-allow-methods", "GET, HEAD, POST, OPTIONS"),
    ("access-control-allow-headers", "Authorization, Content-Type, MCP-Protocol-Version"),
    ("access-control-expose-headers", "WWW-Authenticate"),
    ("access-control-max-age", "7200"),
];

/// An answer for pages of every origin, whatever it is: a page that is refused can read why, and one that asks beforehand (a
/// preflight) is told that it may ask.
///
/// # Errors
/// What the answer fails with; a refusal is none.
pub async fn open_answer(
    request: Request,
    answer: impl AsyncFnOnce(Request) -> Result<Response, Failure>,
) -> Result<Response, Failure> {
    let response = if request.method == Method::Options {
        empty(204)?
    } else {
        match answer(request).await {
            Ok(response) => response,
            Err(Failure::Problem(problem)) => problem.into_response()?,
            Err(fault) => return Err(fault),
        }
    };
    Ok(with_headers(response, &HEADERS)?)
}
