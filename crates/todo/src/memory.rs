//! A list in memory, with all of its history: for tests, and as the plainest example of a [`Store`].

use std::collections::BTreeMap;

use crate::{Change, Filter, Position, Refusal, Standing, Store, Todo, TodoId, TodoList};

/// A list in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    todos: BTreeMap<TodoId, Todo>,
    standing: Standing,
    history: BTreeMap<u64, Vec<Change>>,
}

impl Memory {
    fn in_order(&self) -> impl Iterator<Item = &Todo> {
        let of = |completed| self.todos.values().filter(move |todo| todo.completed == completed);
        of(false).chain(of(true))
    }
}

impl Store for Memory {
    type Error = Refusal;

    fn standing(&self) -> Result<Standing, Refusal> {
        Ok(self.standing)
    }

    fn find(&self, ids: &[TodoId]) -> Result<Vec<Todo>, Refusal> {
        Ok(ids.iter().filter_map(|id| self.todos.get(id)).cloned().collect())
    }

    fn todos(&self, filter: &Filter, after: Option<Position>, limit: usize) -> Result<Vec<Todo>, Refusal> {
        let wanted = self.in_order().filter(|todo| filter.takes_state(todo) && filter.takes_due(todo));
        let rest = wanted.filter(|todo| after.is_none_or(|after| after < Position::of(todo)));
        Ok(rest.take(limit).cloned().collect())
    }

    fn record(&mut self, _: usize, change: &Change) -> Result<(), Refusal> {
        self.standing = self.standing.after(change);
        for effect in &change.effects {
            match (&effect.before, &effect.after) {
                (_, Some(todo)) => drop(self.todos.insert(todo.id, todo.clone())),
                (Some(todo), None) => drop(self.todos.remove(&todo.id)),
                (None, None) => {}
            }
        }
        self.history.entry(change.number).or_default().push(change.clone());
        Ok(())
    }

    fn part(&self, number: u64, part: usize) -> Result<Option<Change>, Refusal> {
        Ok(self.history.get(&number).and_then(|parts| parts.get(part)).cloned())
    }
}

impl TodoList<Memory> {
    /// All todos as people see them: open before completed, each oldest first.
    pub fn in_order(&self) -> impl Iterator<Item = &Todo> {
        self.store().in_order()
    }
}
