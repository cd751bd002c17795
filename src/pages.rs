//! Paths that are neither a file nor an endpoint: the page, for the paths that it knows, else 404.
//!
//! The page is one file, which reads its own address. An unknown path or a missing file must not be answered with it: a browser would
//! take the HTML for a script, and cache it for a year, as scripts are.

use worker::{Env, Method};
use worker_kit::{
    http::{Failure, Problem, Request, Response},
    static_files,
};

/// Answers a path of the page; 404 for any other, as a page to a person and as a problem to a program.
pub(crate) async fn route(request: &Request, env: &Env) -> Result<Response, Failure> {
    let is_page = is_page(&request.place());
    let is_read = matches!(request.method, Method::Get | Method::Head);
    if is_page && !is_read {
        return Err(Problem::method_not_allowed("GET, HEAD").into());
    }
    let is_for_person = is_read && request.prefers_html() && reads_like_a_page(&request.path);
    if !is_page && !is_for_person {
        return Err(Problem::not_found().into());
    }
    static_files::page(env, &request.method, if is_page { 200 } else { 404 }).await
}

/// The paths that the page has something to show for (`frontend/src/deployment.tsx`).
pub(crate) fn is_page(place: &[&str]) -> bool {
    matches!(
        place,
        [] | ["" | "todoapp" | "settings" | "login" | "authenticate"]
            | ["oauth", "authorize" | "answered" | "logout"]
    )
}

/// Whether a path may be a page's and not a file's: the last part of a file's address has a dot in it.
fn reads_like_a_page(path: &str) -> bool {
    !path.rsplit('/').next().unwrap_or_default().contains('.') && !path.starts_with("/assets/")
}
