//! One user's list: the rules of each command.

use std::{
    collections::BTreeMap,
    ops::Bound::{Excluded, Unbounded},
};

use crate::{Change, Command, Moment, Page, Refusal, Show, Timestamp, Todo, TodoId, page::Position};

/// The most todos one user may have, open and completed together.
pub const MAX_TODOS: usize = 10_000;

/// One user's todos. Applying a command costs the same however long the list is, up to the logarithm of a look-up.
#[derive(Clone, Debug, Default)]
pub struct TodoList {
    todos: BTreeMap<TodoId, Todo>,
    open: usize,
    /// The newest id ever given, so that ids keep rising after the newest todo is deleted.
    last_id: Option<TodoId>,
}

impl TodoList {
    /// Applies one command, whole or not at all.
    ///
    /// # Errors
    /// [`Refusal::ListFull`] for a create into a full list, [`Refusal::UnknownTodo`] for an id it does not have.
    pub fn apply(&mut self, command: Command, at: &Moment) -> Result<Change, Refusal> {
        match command {
            Command::Create { text } => {
                if self.todos.len() >= MAX_TODOS {
                    return Err(Refusal::ListFull);
                }
                let id = TodoId::after(self.last_id, at.now_ms, at.entropy);
                let todo = Todo {
                    id,
                    text,
                    completed: false,
                    created_at: Timestamp::from_millis(at.now_ms),
                    completed_at: None,
                };
                self.insert(todo.clone());
                Ok(Change::Created(todo))
            }
            Command::Complete { id } => {
                let todo = self.todos.get_mut(&id).ok_or_else(|| unknown(id))?;
                if todo.completed {
                    return Ok(Change::Unchanged(todo.clone()));
                }
                todo.completed = true;
                todo.completed_at = Some(Timestamp::from_millis(at.now_ms));
                let completed = todo.clone();
                self.open = self.open.saturating_sub(1);
                Ok(Change::Completed(completed))
            }
            Command::Delete { id } => self.remove(id).map(Change::Deleted).ok_or_else(|| unknown(id)),
        }
    }

    /// Puts a todo in as it was stored, replacing one of the same id. For loading; commands go through
    /// [`apply`](Self::apply).
    pub fn insert(&mut self, todo: Todo) {
        self.last_id = self.last_id.max(Some(todo.id));
        self.remove(todo.id);
        self.open += usize::from(!todo.completed);
        self.todos.insert(todo.id, todo);
    }

    /// Takes a todo out, if it is there. For loading; commands go through [`apply`](Self::apply).
    pub fn remove(&mut self, id: TodoId) -> Option<Todo> {
        self.last_id = self.last_id.max(Some(id));
        let todo = self.todos.remove(&id)?;
        self.open -= usize::from(!todo.completed);
        Some(todo)
    }

    /// # Errors
    /// [`Refusal::UnknownTodo`].
    pub fn get(&self, id: TodoId) -> Result<&Todo, Refusal> {
        self.todos.get(&id).ok_or_else(|| unknown(id))
    }

    /// All todos as people see them: open before completed, each oldest first.
    pub fn in_order(&self) -> impl Iterator<Item = &Todo> {
        self.after(None, false).chain(self.after(None, true))
    }

    /// Up to `limit` todos in that order, of those that `show` shows, after `position`.
    pub fn page(&self, show: Show, position: Option<Position>, limit: usize) -> Page {
        let section = |completed| {
            let shown =
                show.shows(completed) && position.is_none_or(|position| position.completed <= completed);
            let after =
                position.filter(|position| position.completed == completed).map(|position| position.id);
            shown.then(|| self.after(after, completed)).into_iter().flatten()
        };
        let mut rest = section(false).chain(section(true));
        let todos: Vec<Todo> = rest.by_ref().take(limit).cloned().collect();
        let next = rest.next().and(todos.last()).map(Position::of);
        Page { todos, next, open: self.open, completed: self.todos.len().saturating_sub(self.open) }
    }

    fn after(&self, id: Option<TodoId>, completed: bool) -> impl Iterator<Item = &Todo> {
        let todos = self.todos.range((id.map_or(Unbounded, Excluded), Unbounded));
        todos.map(|(_, todo)| todo).filter(move |todo| todo.completed == completed)
    }

    pub fn len(&self) -> usize {
        self.todos.len()
    }

    pub fn is_empty(&self) -> bool {
        self.todos.is_empty()
    }

    /// How many todos are open.
    pub fn open(&self) -> usize {
        self.open
    }
}

fn unknown(id: TodoId) -> Refusal {
    Refusal::UnknownTodo { id: id.to_string() }
}
