//! One change as clients are told of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Actor, Change, ChangeKind, Effect, Timestamp, Todo, TodoText, Undone, edge::stored};

/// One change, as people and models read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(description = "One change of the list.")]
#[expect(missing_docs, reason = "a doc becomes part of the published schema")]
pub struct HistoryEntry {
    /// The change's number: the changes of a list are numbered from 1.
    pub number: u64,
    pub at: Timestamp,
    pub by: Actor,
    #[serde(rename = "deed")]
    pub kind: ChangeKind,
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

impl HistoryEntry {
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
            kind: change.kind,
            undoes: change.undoes,
            todos: change.touched(),
            todo: only.and_then(Effect::todo).cloned(),
            text_before,
            undoable,
        }
    }
}
