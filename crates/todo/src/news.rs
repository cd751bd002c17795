//! Changes as clients are told of them: as an [`Entry`] of the history, and as [`News`] that bring a copy of the list up to
//! date.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Actor, Change, Deed, Effect, Standing, Timestamp, Todo, TodoId, TodoText, Undone, edge::stored};

/// News name at most this many todos; of a larger change they say only that there was one.
pub(crate) const MAX_TODOS_TOLD: usize = 200;

/// One change, as people and models read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(description = "One change of the list.")]
pub struct Entry {
    /// The change's number: the changes of a list are numbered from 1.
    pub number: u64,
    pub at: Timestamp,
    pub by: Actor,
    pub deed: Deed,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Undone")]
    pub undoes: Option<Undone>,
    /// How many todos it touched.
    pub todos: usize,
    /// The todo after the change, a deleted one as it was last; absent where it touched several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Todo")]
    pub todo: Option<Todo>,
    /// The text before, where the change gave the todo another.
    #[serde(default, deserialize_with = "stored::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "TodoText")]
    pub text_before: Option<TodoText>,
    /// Whether it can be undone: nothing newer stands in the way.
    pub undoable: bool,
}

impl Entry {
    /// As a model may be given it ([`Todo::shown`]).
    #[must_use]
    pub fn shown(self) -> Self {
        Self { todo: self.todo.map(Todo::shown), text_before: self.text_before.map(TodoText::shown), ..self }
    }

    /// Tells a change of a list, and whether it can be undone as the list is now.
    pub fn of(change: &Change, undoable: bool) -> Self {
        let only = match change.effects.as_slice() {
            [only] if change.untold == 0 => Some(only),
            _ => None,
        };
        let text_before = only.and_then(|Effect { before, after }| {
            let before = &before.as_ref()?.text;
            (*before != after.as_ref()?.text).then(|| before.clone())
        });
        Self {
            number: change.number,
            at: change.at,
            by: change.by.clone(),
            deed: change.deed,
            undoes: change.undoes,
            todos: change.touched(),
            todo: only.and_then(Effect::todo).cloned(),
            text_before,
            undoable,
        }
    }
}

/// What brings a copy of the list at version `version - 1` up to `version`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(description = "What brings a copy of the list from the version before up to this one.")]
pub struct News {
    /// The number of the list's newest change that this tells of.
    pub version: u64,
    /// What happened; absent where nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Entry")]
    pub change: Option<Entry>,
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

impl News {
    /// As a model may be given it ([`Todo::shown`]).
    #[must_use]
    pub fn shown(self) -> Self {
        Self {
            change: self.change.map(Entry::shown),
            todos: self.todos.into_iter().map(Todo::shown).collect(),
            ..self
        }
    }

    /// The news that a change is which was just made: nothing stands in its way yet.
    pub fn of(change: &Change, list: &Standing) -> Self {
        let reload = change.touched() > MAX_TODOS_TOLD;
        let told = if reload { &[] } else { change.effects.as_slice() };
        Self {
            version: change.number,
            change: Some(Entry::of(change, true)),
            todos: told.iter().filter_map(|effect| effect.after.clone()).collect(),
            removed: told
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
        let change = self.change.clone().map(|change| Entry { todo: None, text_before: None, ..change });
        Self { change, todos: Vec::new(), removed: Vec::new(), reload: true, ..self.clone() }
    }

    /// More has happened than can be told.
    pub fn reload(list: &Standing) -> Self {
        Self { reload: true, ..Self::none(list, None) }
    }
}
