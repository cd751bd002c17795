//! Whether a request comes from this deployment's own page.

use crate::http::Request;

/// Whether a request comes from our own page, or from no page at all.
pub fn is_same_origin(request: &Request) -> bool {
    // Browsers set `Sec-Fetch-Site` themselves and a page cannot change it; older ones have only `Origin`.
    if let Some(site) = request.header("sec-fetch-site") {
        return matches!(site.as_str(), "same-origin" | "none");
    }
    request.header("origin").is_none_or(|origin| origin == request.origin.as_str())
}
