//! The `McpSession` Durable Object: what is held of one session of the handshake era, named by the session.
//!
//! Everything it knows is in its storage, so it can be evicted between any two messages; everything it waits on is a
//! hibernatable WebSocket, so it is. The same class serves as the holder of one *task*, and as a principal's *registry*: which
//! sessions and tasks of theirs hold something, and whom to tell when something of theirs changes.
//!
//! Whatever is held is entered in the registry first, and everything has a limit: `docs/STORAGE.md`. An alarm drops what nobody
//! has asked for in time, and with the last of it the object itself.
//!
//! # Layout
//! From the ground up; a file knows those above it in this list.
//! * [`clock`], [`schema`], [`retention`], [`limits`], [`kept`], [`pending_changes`]: what the object consists of.
//! * [`session_object`]: the object itself, its settings and its tables.
//! * [`sockets`]: the Workers that wait, and how many may.
//! * [`holding`]: how it is entered in the registry before it holds anything.
//! * [`session`], [`events`], [`waiting`]: the object as a session: what it subscribed to; its streams; answers and cancellations
//!   that one request brings for another.
//! * [`task`]: the object as the holder of a task.
//! * [`registry`], [`subscribers`]: the object as a registry: who holds something, who is told of changes.
//! * [`sweep`]: how it lets go.
//! * [`session_do`]: what the platform calls.

mod clock;
mod events;
mod holding;
mod kept;
mod limits;
mod pending_changes;
mod registry;
mod retention;
mod schema;
mod session;
mod session_do;
mod session_object;
mod sockets;
mod subscribers;
mod sweep;
mod task;
mod waiting;

pub use limits::Limits;
pub use retention::Retention;
pub use session_object::McpSession;
