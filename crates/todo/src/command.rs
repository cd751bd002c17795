//! What may be done to a list, and what came of it.

use serde::{Deserialize, Serialize};

use crate::{Todo, TodoId, TodoText};

/// One thing to do to a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Add an open todo.
    Create { text: TodoText },
    /// Mark a todo as complete. Completing a completed one changes nothing and is no error.
    Complete { id: TodoId },
    /// Remove a todo for good.
    Delete { id: TodoId },
}

/// The outside world at the moment a command is applied.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Milliseconds since the Unix epoch.
    pub now_ms: u64,
    /// Fresh random bits; the low 80 go into a new todo's id.
    pub entropy: u128,
}

/// What a command did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", content = "todo", rename_all = "snake_case")]
pub enum Change {
    Created(Todo),
    Completed(Todo),
    /// The todo as it was.
    Deleted(Todo),
    /// The list was in that state already.
    Unchanged(Todo),
}

impl Change {
    /// The todo that the command was about, as it is now (or, deleted, as it was last).
    pub fn todo(&self) -> &Todo {
        match self {
            Self::Created(todo) | Self::Completed(todo) | Self::Deleted(todo) | Self::Unchanged(todo) => todo,
        }
    }
}
