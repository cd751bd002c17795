//! Sessions and tasks in the memory of one process: for a server that is one process, and for tests.
//!
//! * [`limits`]: how much is held at most.
//! * [`session_table`], [`task_table`]: what is held.
//! * [`store`]: `Memory`, which has the tables.
//! * [`sessions`], [`tasks`]: what the engine asks of it.

mod limits;
mod session_table;
mod sessions;
pub(crate) mod store;
mod task_table;
mod tasks;
