//! What is no file and no path of an interface: the page, for the paths that it knows, and else 404.
//!
//! The page is one file, which reads its own address. A path that it does not know, and a file that is not there, must not be
//! answered with it: a browser would take HTML for a script, and keep it for the year that scripts are kept.

use worker::{Env, Method, Response};
use worker_kit::{
    http::{Failure, Problem, Request},
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

/// Whether somebody may have typed it: the last part of a file's address has a dot in it.
fn reads_like_a_page(path: &str) -> bool {
    !path.rsplit('/').next().unwrap_or_default().contains('.') && !path.starts_with("/assets/")
}
