//! The `McpSession` Durable Object: the state of one session of the handshake era, named by the session.
//!
//! All its state is in its storage, and it waits only on hibernatable WebSockets, so the platform can unload it between any two
//! messages. The same class serves as the holder of one *task*, and as a principal's *registry*: which of their sessions and tasks
//! hold something, which sessions were ended, and the [`ChangeFeed`](crate::ChangeFeed) of their changes, where no object of the
//! application has it.
//!
//! An object is entered in the registry before it holds anything, and everything has a limit: `docs/STORAGE.md`. The alarm is set to
//! the next expiry; when nothing is left the storage is deleted.
//!
//! # Layout
//! From the ground up; a file knows those above it in this list.
//! * [`schema`], [`settings`], [`kept`]: the tables; single values by name; how many events are held.
//! * [`session_object`]: the object itself, its settings and its tables.
//! * [`holding`]: how it is entered in the registry before it holds anything.
//! * [`session`], [`events`], [`waiting`]: the object as a session: what it subscribed to; its streams; answers and cancellations
//!   that one request brings for another.
//! * [`calls`]: the calls that Workers are working on.
//! * [`task`]: the object as the holder of a task.
//! * [`registry`], [`feed`]: the object as a registry: what holds something, and which sessions are subscribed to changes.
//! * [`ends`]: the expiry of what it holds.
//! * [`session_do`]: what the platform calls.

mod calls;
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
mod settings;
mod task;
mod waiting;

pub use session_object::McpSession;
