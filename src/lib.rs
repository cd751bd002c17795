//! The application: bindings, routes, and the object that owns a list. It moves data between the platform and the crates; its only
//! rules are the permissions.
//!
//! # Layout
//! From the ground up; each imports only from those above it in this list.
//! * [`permissions`]: who may do what to the todos.
//! * [`product`]: the product's names, and its constants for identity.
//! * `kept`: compares a stored text with the types that it was derived from. Only for tests.
//! * [`todo_list`]: one Durable Object per user, the only writer of that user's todos in Workers KV.
//! * [`rest`]: `/api`, for the page.
//! * [`mcp_endpoint`]: `/mcp`, for agents: the TODO service declared on the `mcp` crate.
//! * [`operator`]: `/operator`, for whoever operates the deployment.
//! * [`pages`]: the page for the paths that it knows, 404 for any other.
//! * [`router`]: every path this Worker answers, in one table.
//!
//! Nothing in here may panic: `docs/ARCHITECTURE.md`, "No panics".

#[cfg(test)]
mod kept;
mod mcp_endpoint;
mod operator;
mod pages;
mod permissions;
mod product;
mod rest;
mod router;
mod todo_list;

#[cfg(target_arch = "wasm32")]
use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};
use worker::{Context, Env, web_sys};
use worker_kit::http::Incoming;
use worker_macros::event;

/// Rust's own allocator is 3 KB more of the upload, and slower.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();

/// Before anything else of an isolate. Puts readable stack traces of a panic into the log (there should be none; if there is one, it should
/// be found), and has lists told of access that ends.
#[event(start)]
fn start() {
    // The platform crate's own hook flags the instance for a restart: it has to run as well.
    let restart = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        console_error_panic_hook::hook(info);
        restart(info);
    }));
    worker_kit::resume::resume_by_promise();
    identity_workers::tell_ended_access(todo_list::end_access);
}

#[event(fetch)]
async fn fetch(request: Incoming, env: Env, context: Context) -> worker_kit::Result<web_sys::Response> {
    router::answer(request, env, context).await
}
