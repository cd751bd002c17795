//! A part of a list: which todos, how many, and where the next part starts.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{DueDate, Refusal, SearchWords, Todo, TodoId, edge::stored};

/// Which todos to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline, description = "Which todos to show.")]
#[expect(missing_docs, reason = "a doc becomes part of the published schema")]
pub enum Show {
    #[default]
    All,
    Open,
    Completed,
}

impl Show {
    /// Whether open or completed todos are shown.
    pub fn shows(self, completed: bool) -> bool {
        match self {
            Self::All => true,
            Self::Open => !completed,
            Self::Completed => completed,
        }
    }
}

/// Which todos of a list are wanted. The default wants them all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// By state.
    pub show: Show,
    /// Only todos whose text has these words in it.
    #[serde(default, deserialize_with = "stored::option", skip_serializing_if = "Option::is_none")]
    pub contains: Option<SearchWords>,
    /// Also todos whose id begins with these words.
    #[serde(default)]
    pub or_id_begins: bool,
    /// Only todos that are due on that day or before.
    #[serde(default, deserialize_with = "stored::option", skip_serializing_if = "Option::is_none")]
    pub due_by: Option<DueDate>,
}

impl Filter {
    /// The open todos.
    pub fn open() -> Self {
        Self { show: Show::Open, ..Self::default() }
    }

    /// How the id of a todo may begin that is found by it, in the spelling of ids.
    pub(crate) fn id_begins(&self) -> Option<String> {
        let words = self.contains.as_ref().filter(|_| self.or_id_begins)?;
        Some(words.as_str().trim().to_ascii_uppercase()).filter(|begins| !begins.is_empty())
    }

    /// Whether a todo is open or completed as the filter wants it to be.
    pub(crate) fn takes_state(&self, todo: &Todo) -> bool {
        self.show.shows(todo.completed)
    }

    /// Whether a todo is due when the filter wants it to be.
    pub(crate) fn takes_due(&self, todo: &Todo) -> bool {
        self.due_by.is_none_or(|last| todo.due_on.is_some_and(|due| due <= last))
    }
}

/// A place in the order of a list, right after one todo. It stays good when that todo is changed or deleted.
///
/// In text `o` for open or `c` for completed, and the todo's id: `o01ARZ3NDEKTSV4RRFFQ69G5FAV`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Whether it is among the completed todos, which come after the open ones.
    pub completed: bool,
    /// The todo that it is right after. Within each state the oldest comes first.
    pub id: TodoId,
}

impl Position {
    /// The place of a todo.
    pub fn of(todo: &Todo) -> Self {
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
    /// In order: open before completed, each oldest first.
    pub todos: Vec<Todo>,
    /// Where the next part starts; none at the end.
    pub next: Option<Position>,
    /// How many todos of the whole list are open.
    pub open: usize,
    /// How many are completed.
    pub completed: usize,
    /// The number of the list's newest change: parts of the same version are parts of the same list.
    pub version: u64,
}

impl Page {
    /// As a model may be given it ([`Todo::shown`]).
    #[must_use]
    pub fn shown(self) -> Self {
        Self { todos: self.todos.into_iter().map(Todo::shown).collect(), ..self }
    }

    /// As much of it as has no more than so many characters of text, and one todo at least; the rest is for the next page.
    #[must_use]
    pub fn within(mut self, characters: usize) -> Self {
        let mut left = characters;
        let fits = self.todos.iter().take_while(|todo| {
            let room = left.checked_sub(todo.text.as_str().chars().count());
            left = room.unwrap_or_default();
            room.is_some()
        });
        let kept = fits.count().max(1);
        if kept < self.todos.len() {
            self.todos.truncate(kept);
            self.next = self.todos.last().map(Position::of);
        }
        self
    }
}
