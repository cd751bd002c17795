//! The TODO domain: what a todo is, what may be done to a list of them, and every limit.
//!
//! Pure rules. No HTTP, no storage, no clock and no randomness of its own: whoever calls passes the time and the
//! entropy in, so that every rule runs and is tested in milliseconds on the host. To make this server yours, this
//! crate is the one to replace.
//!
//! # Layout
//! * [`TodoText`] and [`TodoId`]: values that are checked once, where they enter.
//! * [`Todo`]: one todo, in the JSON shape that clients see and Workers KV keeps.
//! * [`Command`]: what may be done; [`TodoList::apply`] does it and answers with a [`Change`] or a [`Refusal`].
//! * [`IdempotencyKey`]: the name of one attempt, so that a retry does not do it again.
//! * [`Page`]: a part of a list, for readers who must not be given ten thousand todos at once.
//!
//! ```
//! use todo::{Command, Moment, TodoList, TodoText};
//!
//! let mut list = TodoList::default();
//! let text = TodoText::parse("  Buy milk ")?;
//! let change = list.apply(Command::Create { text }, &Moment { now_ms: 1_000, entropy: 7 })?;
//! assert_eq!(change.todo().text.as_str(), "Buy milk");
//! # Ok::<(), todo::Refusal>(())
//! ```

mod command;
mod id;
mod list;
mod once;
mod page;
mod refusal;
mod text;
mod timestamp;
mod todo;

pub use command::{Change, Command, Moment};
pub use id::TodoId;
pub use list::{MAX_TODOS, TodoList};
pub use once::IdempotencyKey;
pub use page::{Page, Position, Show};
pub use refusal::Refusal;
pub use text::{MAX_TEXT_CHARS, TodoText};
pub use timestamp::Timestamp;
pub use todo::Todo;
