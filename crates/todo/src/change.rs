//! What came of a command: the change that it made, told in full, so that it can be shown, published and taken back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Actor, Timestamp, Todo};

/// What a command did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The list is another now. This is the change, as it was recorded.
    Changed(Change),
    /// The list was in that state already; the todo that the command was about, if it was about one.
    Unchanged(Option<Todo>),
}

/// One change of one list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The changes of a list are numbered from 1, without a gap but where the list was restored: from there they go on from the
    /// milliseconds since the epoch.
    pub number: u64,
    /// When it was made: the [`Moment`](crate::Moment) of its command, to the millisecond.
    pub at: Timestamp,
    /// In whose name it was made.
    pub by: Actor,
    /// What was done. In storage it is called `deed`.
    #[serde(rename = "deed")]
    pub kind: ChangeKind,
    /// What was taken back, where the kind is [`ChangeKind::Undone`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<Undone>,
    /// One for each todo that it touched, at least one. All kinds but [`ChangeKind::Cleared`], and the undoing of one, touch one. A
    /// change of many todos is kept in parts ([`Store::record`](crate::Store::record)), each with effects of its own.
    pub effects: Vec<Effect>,
    /// How many effects there are beyond those, where a change of many todos is told and not kept.
    #[serde(skip)]
    pub untold: usize,
}

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline, description = "What was done.")]
#[expect(missing_docs, reason = "a doc becomes part of the published schema")]
pub enum ChangeKind {
    Created,
    Edited,
    Completed,
    Reopened,
    Deleted,
    /// Every completed todo was removed.
    Cleared,
    /// An earlier change was taken back.
    Undone,
}

/// A change that was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline, description = "The change that was taken back.")]
#[expect(missing_docs, reason = "a doc becomes part of the published schema")]
pub struct Undone {
    pub number: u64,
    #[serde(rename = "deed")]
    pub kind: ChangeKind,
}

/// One todo before and after a change. It is `None` before it was created and after it was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// The todo as it was. Left out in JSON where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Todo>,
    /// The todo as it is. Left out in JSON where it is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Todo>,
}

impl Effect {
    /// The todo as it is after the change; a deleted one as it was last.
    pub fn todo(&self) -> Option<&Todo> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

impl Change {
    /// How many todos it touched.
    pub fn touched(&self) -> usize {
        self.effects.len().saturating_add(self.untold)
    }

    /// The todo that the change is about; of many, the first.
    pub fn todo(&self) -> Option<&Todo> {
        self.effects.first().and_then(Effect::todo)
    }
}
