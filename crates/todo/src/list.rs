//! One user's list: the rules of each command.

use std::{
    cell::OnceCell,
    collections::BTreeMap,
    ops::Bound::{Excluded, Unbounded},
};

use text::search::{Folded, Query};

use crate::{
    Actor, Change, Command, Deed, DueEdit, Effect, Filter, MAX_TODOS, Moment, Outcome, Page, Refusal,
    SearchWords, Timestamp, Todo, TodoId, Undone, page::Position,
};

/// One user's todos. Applying a command costs the same however long the list is, up to the logarithm of a look-up.
#[derive(Clone, Debug, Default)]
pub struct TodoList {
    todos: BTreeMap<TodoId, Listed>,
    open: usize,
    /// The newest id ever given, so that ids keep rising after the newest todo is deleted.
    last_id: Option<TodoId>,
    /// The number of the newest change.
    version: u64,
}

/// A todo, and its text in the form in which it is searched once somebody has searched.
#[derive(Clone, Debug)]
struct Listed {
    todo: Todo,
    folded: OnceCell<Folded>,
}

impl TodoList {
    /// Applies one command, whole or not at all, in the name of `by`.
    ///
    /// # Errors
    /// [`Refusal::ListFull`] for a create into a full list, [`Refusal::UnknownTodo`] for an id it does not have.
    pub fn apply(&mut self, command: Command, by: Actor, at: &Moment) -> Result<Outcome, Refusal> {
        let now = Timestamp::from_millis(at.now_ms);
        let version = self.version.saturating_add(1);
        let (deed, effects) = match command {
            Command::Create { text, due_on } => {
                if self.todos.len() >= MAX_TODOS {
                    return Err(Refusal::ListFull);
                }
                let id = TodoId::after(self.last_id, at.now_ms, at.entropy);
                let todo =
                    Todo { id, text, completed: false, created_at: now, completed_at: None, due_on, version };
                (Deed::Created, vec![Effect { before: None, after: Some(todo) }])
            }
            Command::Edit { id, text, due } => {
                let before = self.get(id)?;
                let due_on = match due {
                    DueEdit::Keep => before.due_on,
                    DueEdit::Clear => None,
                    DueEdit::On(date) => Some(date),
                };
                let text = text.unwrap_or_else(|| before.text.clone());
                if text == before.text && due_on == before.due_on {
                    return Ok(Outcome::Unchanged(Some(before.clone())));
                }
                (Deed::Edited, vec![becomes(before, Todo { text, due_on, version, ..before.clone() })])
            }
            Command::Complete { id } => {
                let before = self.get(id)?;
                if before.completed {
                    return Ok(Outcome::Unchanged(Some(before.clone())));
                }
                let after = Todo { completed: true, completed_at: Some(now), version, ..before.clone() };
                (Deed::Completed, vec![becomes(before, after)])
            }
            Command::Reopen { id } => {
                let before = self.get(id)?;
                if !before.completed {
                    return Ok(Outcome::Unchanged(Some(before.clone())));
                }
                let after = Todo { completed: false, completed_at: None, version, ..before.clone() };
                (Deed::Reopened, vec![becomes(before, after)])
            }
            Command::Delete { id } => (Deed::Deleted, vec![gone(self.get(id)?)]),
            Command::ClearCompleted => (Deed::Cleared, self.after(None, true).map(gone).collect()),
        };
        if effects.is_empty() {
            return Ok(Outcome::Unchanged(None));
        }
        Ok(Outcome::Changed(self.bring_about(Change {
            number: version,
            at: now,
            by,
            deed,
            undoes: None,
            effects,
        })))
    }

    /// Takes a change back: every todo it touched becomes exactly what it was before. That is a change itself, so it can
    /// be taken back in turn.
    ///
    /// # Errors
    /// As [`can_undo`](Self::can_undo).
    pub fn undo(&mut self, change: &Change, by: Actor, at: &Moment) -> Result<Change, Refusal> {
        self.can_undo(change)?;
        let back = |effect: &Effect| Effect { before: effect.after.clone(), after: effect.before.clone() };
        Ok(self.bring_about(Change {
            number: self.version.saturating_add(1),
            at: Timestamp::from_millis(at.now_ms),
            by,
            deed: Deed::Undone,
            undoes: Some(Undone { number: change.number, deed: change.deed }),
            effects: change.effects.iter().map(back).collect(),
        }))
    }

    /// Whether a change can be taken back: nothing newer may stand in the way, and what comes back must find room.
    ///
    /// # Errors
    /// [`Refusal::ChangedSince`] when a todo is no longer as the change left it, [`Refusal::ListFull`].
    pub fn can_undo(&self, change: &Change) -> Result<(), Refusal> {
        let mut todos = self.todos.len();
        for Effect { before, after } in &change.effects {
            let Some(id) = before.as_ref().or(after.as_ref()).map(|todo| todo.id) else { continue };
            let current = self.todos.get(&id).map(|listed| &listed.todo);
            if current != after.as_ref() {
                let text = current.or(after.as_ref()).or(before.as_ref()).map(|todo| todo.text.as_str());
                return Err(Refusal::ChangedSince {
                    number: change.number,
                    text: text.unwrap_or_default().to_owned(),
                });
            }
            todos = todos
                .saturating_add(usize::from(before.is_some()))
                .saturating_sub(usize::from(after.is_some()));
        }
        if todos > MAX_TODOS { Err(Refusal::ListFull) } else { Ok(()) }
    }

    /// Makes sure that a todo is one of the versions that someone has seen.
    ///
    /// # Errors
    /// [`Refusal::Outdated`], [`Refusal::UnknownTodo`].
    pub fn expect(&self, id: TodoId, seen: &[u64]) -> Result<(), Refusal> {
        let Todo { version, .. } = self.get(id)?;
        if seen.contains(version) { Ok(()) } else { Err(Refusal::Outdated { version: *version }) }
    }

    /// Makes sure that the list is the one that someone has seen.
    ///
    /// # Errors
    /// [`Refusal::ListChanged`].
    pub fn expect_version(&self, seen: u64) -> Result<(), Refusal> {
        if self.version == seen { Ok(()) } else { Err(Refusal::ListChanged { version: self.version }) }
    }

    fn bring_about(&mut self, change: Change) -> Change {
        for effect in &change.effects {
            match &effect.after {
                Some(todo) => self.insert(todo.clone()),
                None => drop(effect.before.as_ref().map(|todo| self.remove(todo.id))),
            }
        }
        self.version = change.number;
        change
    }

    /// The number of the newest change; 0 before the first.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Goes on numbering after a change that was stored. For loading.
    pub fn resume_after(&mut self, number: u64) {
        self.version = self.version.max(number);
    }

    /// Puts a todo in as it was stored, replacing one of the same id. For loading; commands go through
    /// [`apply`](Self::apply).
    pub fn insert(&mut self, todo: Todo) {
        self.last_id = self.last_id.max(Some(todo.id));
        self.version = self.version.max(todo.version);
        self.remove(todo.id);
        self.open += usize::from(!todo.completed);
        self.todos.insert(todo.id, Listed { todo, folded: OnceCell::new() });
    }

    /// Takes a todo out, if it is there. For loading; commands go through [`apply`](Self::apply).
    pub fn remove(&mut self, id: TodoId) -> Option<Todo> {
        self.last_id = self.last_id.max(Some(id));
        let Listed { todo, .. } = self.todos.remove(&id)?;
        self.open -= usize::from(!todo.completed);
        Some(todo)
    }

    /// # Errors
    /// [`Refusal::UnknownTodo`].
    pub fn get(&self, id: TodoId) -> Result<&Todo, Refusal> {
        self.todos.get(&id).map(|listed| &listed.todo).ok_or_else(|| unknown(id))
    }

    /// All todos as people see them: open before completed, each oldest first.
    pub fn in_order(&self) -> impl Iterator<Item = &Todo> {
        self.after(None, false).chain(self.after(None, true))
    }

    /// Up to `limit` todos in that order, of those that the filter wants, after `position`.
    pub fn page(&self, filter: &Filter, position: Option<Position>, limit: usize) -> Page {
        let query = filter.contains.as_ref().map(SearchWords::query);
        if query.is_some() {
            self.fold();
        }
        let section = |completed| {
            let shown = filter.show.shows(completed)
                && position.is_none_or(|position| position.completed <= completed);
            let after =
                position.filter(|position| position.completed == completed).map(|position| position.id);
            shown.then(|| self.listed_after(after, completed)).into_iter().flatten()
        };
        let all = section(false).chain(section(true));
        let found = all.filter(|listed| query.as_ref().is_none_or(|query| listed.is_found_by(query)));
        let mut rest = found.map(|listed| &listed.todo).filter(|todo| filter.takes_due(todo));
        let todos: Vec<Todo> = rest.by_ref().take(limit).cloned().collect();
        let next = rest.next().and(todos.last()).map(Position::of);
        let completed = self.todos.len().saturating_sub(self.open);
        Page { todos, next, open: self.open, completed, version: self.version }
    }

    /// Folds the texts of all todos that were not folded yet, at once.
    fn fold(&self) {
        let missing: Vec<_> = self.todos.values().filter(|listed| listed.folded.get().is_none()).collect();
        let folded = Folded::all(missing.iter().map(|listed| listed.todo.text.as_str()));
        for (listed, folded) in missing.into_iter().zip(folded) {
            listed.folded.get_or_init(|| folded);
        }
    }

    fn after(&self, id: Option<TodoId>, completed: bool) -> impl Iterator<Item = &Todo> {
        self.listed_after(id, completed).map(|listed| &listed.todo)
    }

    fn listed_after(&self, id: Option<TodoId>, completed: bool) -> impl Iterator<Item = &Listed> {
        let todos = self.todos.range((id.map_or(Unbounded, Excluded), Unbounded));
        todos.map(|(_, listed)| listed).filter(move |listed| listed.todo.completed == completed)
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

impl Listed {
    fn is_found_by(&self, query: &Query) -> bool {
        self.folded.get().is_some_and(|text| query.finds(text))
    }
}

fn unknown(id: TodoId) -> Refusal {
    Refusal::UnknownTodo { id: id.to_string() }
}

fn becomes(before: &Todo, after: Todo) -> Effect {
    Effect { before: Some(before.clone()), after: Some(after) }
}

fn gone(todo: &Todo) -> Effect {
    Effect { before: Some(todo.clone()), after: None }
}
