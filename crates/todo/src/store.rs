//! What the rules ask of wherever a list is kept.
//!
//! The rules look at the todos that a command touches and at nothing else, so that what a command costs does not grow with the list,
//! and neither does the memory that it takes. A change of many todos is made and kept in parts of at most [`PART`] todos.

use crate::{Change, Filter, Position, Refusal, Todo, TodoId};

/// The most todos that one part of a change touches, and that the rules hold of a change at a time.
pub const PART: usize = 50;

/// How a list stands as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The number of the newest change; 0 before the first.
    pub version: u64,
    /// How many todos are open.
    pub open: usize,
    /// How many are completed.
    pub completed: usize,
    /// The newest id ever given, so that ids keep rising after the newest todo is deleted.
    pub last_id: Option<TodoId>,
}

impl Standing {
    /// How many todos there are.
    pub fn todos(&self) -> usize {
        self.open.saturating_add(self.completed)
    }

    /// How the list stands after a part of a change.
    #[must_use]
    pub fn after(mut self, part: &Change) -> Self {
        self.version = self.version.max(part.number);
        for effect in &part.effects {
            if let Some(before) = &effect.before {
                let count = if before.completed { &mut self.completed } else { &mut self.open };
                *count = count.saturating_sub(1);
            }
            if let Some(after) = &effect.after {
                let count = if after.completed { &mut self.completed } else { &mut self.open };
                *count = count.saturating_add(1);
            }
            self.last_id = self.last_id.max(effect.todo().map(|todo| todo.id));
        }
        self
    }
}

/// The storage of one list. If a command fails, the implementation's transaction undoes everything recorded since it began.
pub trait Store {
    /// A refusal, or why the list could not be read or written.
    type Error: From<Refusal>;

    /// # Errors
    /// That the list cannot be read.
    fn standing(&self) -> Result<Standing, Self::Error>;

    /// Those of so many todos that there are, in any order. At most [`PART`] are asked for.
    ///
    /// # Errors
    /// That the list cannot be read.
    fn find(&self, ids: &[TodoId]) -> Result<Vec<Todo>, Self::Error>;

    /// Up to `limit` todos in order (open before completed, each oldest first) after a position, of those whose state and due date the
    /// filter wants. What words it wants is not the store's to say.
    ///
    /// # Errors
    /// That the list cannot be read.
    fn todos(&self, filter: &Filter, after: Option<Position>, limit: usize)
    -> Result<Vec<Todo>, Self::Error>;

    /// Makes a part of a change: its todos become what they are after it, the list stands as it does then, and the history has the
    /// part. Parts come in order, from 0.
    ///
    /// # Errors
    /// That the list cannot be written.
    fn record(&mut self, part: usize, change: &Change) -> Result<(), Self::Error>;

    /// A part of a change of the history. `None` when the history has no such change or part, or not any more.
    ///
    /// # Errors
    /// That the history cannot be read.
    fn part(&self, number: u64, part: usize) -> Result<Option<Change>, Self::Error>;
}
