//! What every Worker here needs besides the platform's own crate: requests and answers, calls to objects, their storage, time.
//! It knows no application.
//!
//! # Layout
//! * [`attachment`]: what an object keeps with a WebSocket.
//! * [`background`]: work behind an answer.
//! * [`clock`]: the time.
//! * `error`: [`Error`] and [`Result`] of what the platform does.
//! * [`fair_queue`]: one piece of an object's work at a time, each client in its turn.
//! * [`heartbeat`]: when a hibernated WebSocket was last heard of.
//! * [`http`]: requests read once, answers, problems (RFC 9457).
//! * [`object`]: calls from Workers to Durable Objects, with types that both share.
//! * [`random`]: randomness from the platform.
//! * [`resume`]: how futures are resumed.
//! * [`shares`]: limits for each owner and in total, and which entry is evicted.
//! * [`mod@sql`]: statements on a Durable Object's SQLite, and their rows.
//! * [`static_files`]: reading the page's static files, for answers made of them.
//! * [`storage`]: the storage of a Durable Object, with a schema that has a version and can change.
//! * [`timer`]: waiting for a time to pass.
//! * [`together`]: waiting for several futures at once.
//! * [`turn`]: a lock on work that runs once at a time.
//! * [`unicode`]: what an e-mail address takes of Unicode's tables, which V8 has.

pub mod attachment;
pub mod background;
pub mod clock;
mod error;
pub mod fair_queue;
pub mod heartbeat;
pub mod http;
pub mod object;
pub mod random;
pub mod resume;
pub mod shares;
pub mod sql;
pub mod static_files;
pub mod storage;
pub mod timer;
pub mod together;
pub mod turn;
pub mod unicode;

pub use error::{Error, Result};

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
