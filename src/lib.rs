//! The Worker: it moves bytes between the platform and the crates, and holds no rule of its own.
//!
//! # Layout
//! * [`router`]: every path this Worker answers, in one table.
//! * [`config`]: the environment, read and checked once.
//! * [`email`]: e-mail addresses as they are typed.
//! * [`rest`]: `/api`, the door of the page.
//! * [`identity`]: who is calling, and the embedded identity provider.
//! * [`pages`]: the page for the paths that it knows, 404 for any other.
//! * [`permissions`]: what may be done to the todos, and by whom.
//! * [`mcp_endpoint`]: `/mcp`, the door of agents: the TODO service declared on the `mcp` crate.
//! * [`product`]: what this product is called.
//! * [`todo_list`]: one Durable Object per user, the only writer of that user's todos in Workers KV.
//! * [`key_ring`]: the secrets that this deployment makes for itself.
//! * [`web_crypto`]: signatures from the platform.
//!
//! Nothing in here may panic: `docs/ARCHITECTURE.md`, "No panics".

mod mcp_endpoint;
mod pages;
mod permissions;
mod product;
mod rest;
mod router;
mod todo_list;

use worker::{Context, Env};
use worker_macros::event;

/// Puts readable stack traces of a panic into the log. There should be none; if there is one, it should be found.
#[event(start)]
fn start() {
    // The platform crate's own hook flags the instance for a restart: it has to run as well.
    let restart = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        console_error_panic_hook::hook(info);
        restart(info);
    }));
}

#[event(fetch)]
async fn fetch(request: worker::Request, env: Env, context: Context) -> worker::Result<worker::Response> {
    router::answer(request, env, context).await
}
