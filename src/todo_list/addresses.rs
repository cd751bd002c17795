//! The addresses under which agents read the list, its todos and its history.

use todo::TodoId;

/// Where the list is read.
pub(crate) const LIST: &str = "todoapp://todos";

/// Where the history is read.
pub(crate) const HISTORY: &str = "todoapp://history";

/// Where a todo is read.
pub(crate) fn address(id: TodoId) -> String {
    format!("todoapp://todos/{id}")
}
