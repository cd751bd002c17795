//! What may be done to a list.

use serde::{Deserialize, Serialize};

use crate::{DueDate, TodoId, TodoText, edge::stored};

/// One thing to do to a list. To take a change back is not in here: see [`TodoList::undo`](crate::TodoList::undo).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Add an open todo.
    Create {
        /// The todo's text.
        #[serde(deserialize_with = "stored::value")]
        text: TodoText,
        /// The day by which it should be done, if there is one.
        #[serde(default, deserialize_with = "stored::option")]
        due_on: Option<DueDate>,
    },
    /// Give a todo another text, another due date, or both. What is as wanted already is no error.
    Edit {
        /// The todo to change. [`Refusal::UnknownTodo`](crate::Refusal::UnknownTodo) where the list does not have it; so
        /// with all others.
        id: TodoId,
        /// The new text; `None` keeps the one it has.
        #[serde(default, deserialize_with = "stored::option")]
        text: Option<TodoText>,
        /// What becomes of the due date.
        due: DueEdit,
    },
    /// Mark a todo as complete. Completing a completed one changes nothing and is no error.
    Complete {
        /// The todo that is done.
        id: TodoId,
    },
    /// Mark a todo as open again. Reopening an open one changes nothing and is no error.
    Reopen {
        /// The todo that is not done after all.
        id: TodoId,
    },
    /// Remove a todo.
    Delete {
        /// The todo to remove.
        id: TodoId,
    },
    /// Remove every completed todo, as one change.
    ClearCompleted,
}

impl Command {
    /// The todo that the command is about, where it is about one that exists.
    pub fn target(&self) -> Option<TodoId> {
        match self {
            Self::Create { .. } | Self::ClearCompleted => None,
            Self::Edit { id, .. } | Self::Complete { id } | Self::Reopen { id } | Self::Delete { id } => {
                Some(*id)
            }
        }
    }
}

/// What an edit does to the due date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueEdit {
    /// The todo keeps what it has, a date or none.
    #[default]
    Keep,
    /// The todo has no due date any more.
    Clear,
    /// The todo is due on this day.
    On(#[serde(deserialize_with = "stored::value")] DueDate),
}

/// The outside world at the moment a command is applied.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Milliseconds since the Unix epoch.
    pub now_ms: u64,
    /// Fresh random bits; the low 80 go into a new todo's id.
    pub entropy: u128,
}
