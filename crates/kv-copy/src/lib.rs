//! A complete copy, in Workers KV, of records that a Durable Object stores in its SQLite. Others may read it; the object never needs
//! it to answer. It knows no application: a record is an id and a JSON text.
//!
//! The object notes each record that changed in a queue, in the transaction of the change ([`KvCopy::changed`]), and has the queue
//! worked off behind its answer and by its alarm ([`KvCopy::run`]). KV has the record's newest state in the end, whatever happens:
//!
//! * **A record is copied when KV took that version of it.** A row leaves the queue with that, and not by its age.
//! * **A write that may have been done is doubted.** One that failed may still be carried out later, and so may one that was under way
//!   when the object died: it could take effect after a newer one. So the record is written again, and once more a minute later
//!   ([`row`]).
//! * **One write of each key in three seconds** at most, after a write that failed in one ([`row`]). What changes meanwhile is written once.
//! * **At most [`OPERATIONS`] in one run**, as an invocation may have a thousand. The rest is left to the next alarm.
//! * **An outage costs a probe, not a pass.** When every write of a batch failed, only one record is tried, after 1, 2, 4 … seconds
//!   and at least every three minutes, also without requests. When it succeeds, all others follow.
//!
//! [`KvCopy::due`] says when the alarm must come; [`KvCopy::lag`] how far KV is behind.
//!
//! # Layout
//! * [`row`]: the rows of the queue. Pure.
//! * [`KvCopy`]: writing the queued records, over the ports [`Queue`], [`Target`] and [`Records`].
//! * [`SqlQueue`]: the queue in an object's SQLite. [`Namespace`]: one prefix of a KV namespace, written and read.

mod copy;
mod namespace;
mod queue;
pub mod row;

pub use copy::{KvCopy, Lag, OPERATIONS, Outage, Queue, Ran, Records, Target};
pub use namespace::{Namespace, Page};
pub use queue::{SCHEMA, SqlQueue};

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
