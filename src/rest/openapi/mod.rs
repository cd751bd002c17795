//! `GET /api/openapi.json`: this interface as an `OpenAPI` 3.1 document.
//!
//! The document is a text, `document.json`, derived from the types that write and read the JSON and held to them by a test, so it
//! cannot say otherwise than the code. The page's types are generated from it (`frontend/src/api/schema.d.ts`).

#[cfg(test)]
mod derive;

use worker::Response;
use worker_kit::http::{self, Failure};

const DOCUMENT: &str = include_str!("document.json");

pub(super) fn get() -> Result<Response, Failure> {
    Ok(http::json_bytes(DOCUMENT.as_bytes().to_vec())?)
}

#[cfg(test)]
mod tests {
    use super::{DOCUMENT, derive::document};
    use crate::kept::hold;

    #[test]
    fn the_document_is_kept_in_step_with_the_types() {
        hold("rest/openapi/document.json", DOCUMENT, &document(), 3);
    }
}
