//! The TODO domain: what a todo is, what may be done to a list of them, and every limit.
//!
//! Pure rules. No HTTP, no storage, no clock and no randomness of its own: the caller passes the time and the
//! entropy in, so that every rule runs and is tested in milliseconds on the host. To make this server yours, this
//! crate is the one to replace.
//!
//! # Layout
//! * [`TodoText`], [`DueDate`], [`IdempotencyKey`]: values with rules, which bind what comes in ([`Sent`]) and never what is
//!   stored ([`Value`]). [`TodoId`]: a name that has one form.
//! * [`Todo`]: one todo, in the JSON shape that clients see and Workers KV keeps.
//! * [`Store`]: what the rules ask of wherever a list is kept; [`Memory`]: a list in memory.
//! * [`Command`]: what may be done; [`TodoList::apply`] does it in the name of an [`Actor`] and answers with an
//!   [`Outcome`] or a [`Refusal`].
//! * [`Change`]: what was done, by whom, with each todo before and after; [`TodoList::undo`] takes one back.
//! * [`HistoryEntry`] and [`ListDelta`]: a change as clients are told of it, in the history and as it happens.
//! * [`history`]: how many changes are kept.
//! * [`IdempotencyKey`]: the name of one attempt, so that a retry does not do it again.
//! * [`Page`]: a part of a list, for readers who must not be given ten thousand todos at once; [`SearchWords`]: what is looked
//!   for in it.
//!
//! ```
//! use todo::{Actor, Command, Memory, Moment, Outcome, TodoList, TodoText};
//!
//! let mut list = TodoList::<Memory>::default();
//! let at = Moment { now_ms: 1_000, entropy: 7 };
//! let text = TodoText::parse("  Buy milk ")?;
//! let Outcome::Changed(change) = list.apply(Command::Create { text, due_on: None }, Actor::Browser, &at)? else {
//!     unreachable!("a creation always changes something");
//! };
//! assert_eq!(change.todo().map(|todo| todo.text.as_str()), Some("Buy milk"));
//! list.undo(change.number, Actor::Browser, &at)?;
//! assert_eq!(list.standing()?.todos(), 0);
//! # Ok::<(), todo::Refusal>(())
//! ```

mod actor;
mod change;
mod command;
mod due_date;
mod edge;
pub mod history;
mod history_entry;
mod id;
mod idempotency_key;
mod limits;
mod list;
mod list_delta;
mod memory;
mod page;
mod refusal;
mod search;
mod store;
mod text;
mod timestamp;
mod todo;

pub use actor::Actor;
pub use change::{Change, ChangeKind, Effect, Outcome, Undone};
pub use command::{Command, DueEdit, Moment};
pub use due_date::DueDate;
pub use edge::{Sent, Value, stored};
pub use history_entry::HistoryEntry;
pub use id::TodoId;
pub use idempotency_key::IdempotencyKey;
pub use limits::{MAX_KEY_CHARS, MAX_SEARCH_CHARS, MAX_TEXT_BYTES, MAX_TEXT_CHARS, MAX_TODOS};
pub use list::TodoList;
pub use list_delta::ListDelta;
pub use memory::Memory;
pub use page::{Filter, Page, Position, Show};
pub use refusal::Refusal;
pub use search::SearchWords;
pub use store::{PART, Standing, Store};
pub use text::TodoText;
pub use timestamp::Timestamp;
pub use todo::Todo;
