//! One todo, in the shape that clients see and storage keeps.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{DueDate, Timestamp, TodoId, TodoText, edge::stored};

/// One todo. Its JSON is the REST and MCP shape as well as the value in Workers KV.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(description = "One todo.")]
#[expect(missing_docs, reason = "a doc becomes part of the published schema")]
pub struct Todo {
    pub id: TodoId,
    #[serde(deserialize_with = "stored::value")]
    pub text: TodoText,
    pub completed: bool,
    pub created_at: Timestamp,
    /// When it was completed; absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Timestamp")]
    pub completed_at: Option<Timestamp>,
    /// The day by which it should be done; absent where there is none.
    #[serde(default, deserialize_with = "stored::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "DueDate")]
    pub due_on: Option<DueDate>,
    /// The number of the change that made it what it is: the same number, the same todo.
    #[serde(default)]
    pub version: u64,
}

impl Todo {
    /// The todo as a model may be given it: without what the rule for texts would not take in its text today.
    #[must_use]
    pub fn shown(self) -> Self {
        Self { text: self.text.shown(), ..self }
    }
}
