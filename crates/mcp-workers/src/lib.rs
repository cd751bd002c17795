//! The `mcp` engine on Cloudflare Workers: what any Worker with an MCP endpoint needs besides its own declarations.
//!
//! The engine does no I/O. This crate gives it the platform's clock, converts its replies into responses, and stores sessions.
//!
//! # What is held where
//! The Worker that accepted a request holds its event stream; a plain request needs nothing else. What has to outlive a
//! request is held by an [`McpSession`] object, one per session. The two are tied by a hibernatable WebSocket, so the object
//! sleeps while nothing happens, however long the stream stays open, and costs nothing; when it is evicted or moved it
//! wakes with everything that it stored.
//!
//! # Layout
//! * `respond`: replies as responses; streams that are never silent, and end when their reader disconnects.
//! * `held_sessions`: the engine's [`mcp::Sessions`], stored in the objects.
//! * `held_tasks`: the engine's [`mcp::Tasks`], likewise.
//! * `questions`: the questions to the objects.
//! * [`change_feed`]: notifying sessions of changes, from the object in which they are made.
//! * `feed_client`: how a Worker calls a feed.
//! * `mcp_session_do`: the object.
//! * `limits`, `retention`, `held_sockets`: what object and feed have in common.

pub mod change_feed;
mod feed_client;
mod held_sessions;
mod held_sockets;
mod held_tasks;
mod limits;
mod mcp_session_do;
mod questions;
mod respond;
mod retention;

use mcp::{Fault, Platform};
use worker_kit::clock::now_ms;

pub use change_feed::{ChangeFeed, Subscriber};
pub use feed_client::{FeedClient, one_by_one};
pub use held_sessions::{HeldSessions, changed};
pub use held_tasks::HeldTasks;
pub use limits::Limits;
pub use mcp_session_do::McpSession;
pub use questions::Holder;
pub use respond::{SILENCE, response};
pub use retention::Retention;
pub use worker_kit::shares::Shares;

/// A [`Platform`] at the current time. The caller adds a key, sessions and tasks.
pub fn platform() -> Platform {
    Platform::at(now_ms())
}

/// A new random name: a prefix, and 128 bits as 32 hexadecimal digits.
fn random_name(prefix: &str) -> Result<String, Fault> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(Fault::new)?;
    Ok(format!("{prefix}{:032x}", u128::from_be_bytes(bytes)))
}

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
