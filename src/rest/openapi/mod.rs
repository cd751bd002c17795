//! `GET /api/openapi.json`: this interface as an `OpenAPI` 3.1 document.
//!
//! The document is a static file, so that the Wasm does not carry it. It is derived from the types that write and read the JSON and held
//! to them by a test, so it cannot say otherwise than the code. The page's types are generated from it
//! (`frontend/src/api/schema.ts`).

#[cfg(test)]
mod derive;

use worker::Env;
use worker_kit::{
    http::{self, Body, Failure, Response},
    static_files,
};

/// Its path among the static files, `frontend/public`. The platform does not serve it by itself: all of `/api` is the Worker's.
const DOCUMENT: &str = "/api/openapi.json";

pub(super) async fn get(env: &Env) -> Result<Response, Failure> {
    Ok(http::json_answer(Body::Bytes(static_files::read(env, DOCUMENT).await?.body)))
}

#[cfg(test)]
mod tests {
    use super::derive::document;
    use crate::kept::hold;

    #[test]
    fn the_document_is_kept_in_step_with_the_types() {
        let kept = include_str!("../../../frontend/public/api/openapi.json");
        hold("frontend/public/api/openapi.json", kept, &document(), 3);
    }
}
