//! A part of a list: which todos, how many, and where the next part starts.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Refusal, Todo, TodoId};

/// Which todos to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline, description = "Which todos to show.")]
pub enum Show {
    #[default]
    All,
    Open,
    Completed,
}

impl Show {
    pub(crate) fn shows(self, completed: bool) -> bool {
        match self {
            Self::All => true,
            Self::Open => !completed,
            Self::Completed => completed,
        }
    }
}

/// A place in the order of a list, right after one todo. It stays good when that todo is changed or deleted.
///
/// In text `o` for open or `c` for completed, and the todo's id: `o01ARZ3NDEKTSV4RRFFQ69G5FAV`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub(crate) completed: bool,
    pub(crate) id: TodoId,
}

impl Position {
    pub(crate) fn of(todo: &Todo) -> Self {
        Self { completed: todo.completed, id: todo.id }
    }

    /// Reads a position that a [`Page`] gave.
    ///
    /// # Errors
    /// [`Refusal::UnknownPosition`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let parse = |id: &str, completed| Some(Self { completed, id: TodoId::parse(id).ok()? });
        text.strip_prefix('o')
            .and_then(|id| parse(id, false))
            .or_else(|| text.strip_prefix('c').and_then(|id| parse(id, true)))
            .ok_or(Refusal::UnknownPosition)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.completed { 'c' } else { 'o' }, self.id)
    }
}

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// A part of a list, and how the whole stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub todos: Vec<Todo>,
    /// Where the next part starts; none at the end.
    pub next: Option<Position>,
    /// How many todos of the whole list are open.
    pub open: usize,
    /// How many are completed.
    pub completed: usize,
}
