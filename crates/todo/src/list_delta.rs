//! What brings a client's copy of the list up to date.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Change, HistoryEntry, Standing, Todo, TodoId};

/// A delta names at most this many todos; of a larger change it says only that there was one.
pub(crate) const MAX_TODOS_TOLD: usize = 200;

/// What brings a copy of the list at version `version - 1` up to `version`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(description = "What brings a copy of the list from the version before up to this one.")]
pub struct ListDelta {
    /// The number of the list's newest change that this tells of.
    pub version: u64,
    /// What happened; absent where nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "HistoryEntry")]
    pub change: Option<HistoryEntry>,
    /// Todos that are new or different. Where nothing happened, the todo that was asked about.
    pub todos: Vec<Todo>,
    /// Todos that are gone.
    pub removed: Vec<TodoId>,
    /// How many todos of the list are open now.
    pub open: usize,
    /// How many are completed.
    pub completed: usize,
    /// The rest of this does not tell everything: read the list again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reload: bool,
}

impl ListDelta {
    /// As a model may be given it ([`Todo::shown`]).
    #[must_use]
    pub fn shown(self) -> Self {
        Self {
            change: self.change.map(HistoryEntry::shown),
            todos: self.todos.into_iter().map(Todo::shown).collect(),
            ..self
        }
    }

    /// The delta of a change that was just made: nothing stands in the way of undoing it yet.
    pub fn of(change: &Change, list: &Standing) -> Self {
        let reload = change.touched() > MAX_TODOS_TOLD;
        let effects = if reload { &[] } else { change.effects.as_slice() };
        Self {
            version: change.number,
            change: Some(HistoryEntry::of(change, true)),
            todos: effects.iter().filter_map(|effect| effect.after.clone()).collect(),
            removed: effects
                .iter()
                .filter(|effect| effect.after.is_none())
                .filter_map(|effect| effect.before.as_ref().map(|todo| todo.id))
                .collect(),
            reload,
            ..Self::none(list, None)
        }
    }

    /// Nothing has happened; `todo` is what was asked about.
    pub fn none(list: &Standing, todo: Option<Todo>) -> Self {
        Self {
            version: list.version,
            change: None,
            todos: todo.into_iter().collect(),
            removed: Vec::new(),
            open: list.open,
            completed: list.completed,
            reload: false,
        }
    }

    /// That it happened and how the list stood then, without the todos: read the list again for those.
    #[must_use]
    pub fn in_short(&self) -> Self {
        let change =
            self.change.clone().map(|change| HistoryEntry { todo: None, text_before: None, ..change });
        Self { change, todos: Vec::new(), removed: Vec::new(), reload: true, ..self.clone() }
    }

    /// More has happened than can be told.
    pub fn reload(list: &Standing) -> Self {
        Self { reload: true, ..Self::none(list, None) }
    }
}
