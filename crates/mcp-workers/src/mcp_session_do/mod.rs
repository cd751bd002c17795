//! The `McpSession` Durable Object: what is held of one session of the handshake era, named by the session.
//!
//! Everything it knows is in its storage, so it can be evicted between any two messages; everything it waits on is a
//! hibernatable WebSocket, so it is. The same class serves as the holder of one *task*, and as a principal's *registry*: which
//! sessions and tasks of theirs hold something, which sessions were ended, and, where no object of the application has the
//! [`ChangeFeed`](crate::ChangeFeed) of what is theirs, that too.
//!
//! Whatever is held is entered in the registry first, and everything has a limit: `docs/STORAGE.md`. An alarm comes when the next of it
//! ends; with the last the object leaves no trace.
//!
//! # Layout
//! From the ground up; a file knows those above it in this list.
//! * [`schema`], [`kept`]: what the object consists of.
//! * [`session_object`]: the object itself, its settings and its tables.
//! * [`holding`]: how it is entered in the registry before it holds anything.
//! * [`session`], [`events`], [`waiting`]: the object as a session: what it subscribed to; its streams; answers and cancellations
//!   that one request brings for another.
//! * [`task`]: the object as the holder of a task.
//! * [`registry`], [`feed`]: the object as a registry: who holds something, who is told of changes.
//! * [`ends`]: when what it holds ends.
//! * [`session_do`]: what the platform calls.

mod ends;
mod events;
mod feed;
mod holding;
mod kept;
mod registry;
mod schema;
mod session;
mod session_do;
mod session_object;
mod task;
mod waiting;

pub use session_object::McpSession;
