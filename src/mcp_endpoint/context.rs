//! What every tool and resource of the TODO service is given: the caller's list.

use std::rc::Rc;

use mcp::{Authorize, Fault, ResourceError, ToolError};

use crate::{
    http::Failure,
    permissions::{Permission, Permissions},
    todo_list::{TodoListClient, TodoListError},
};

/// The particulars of one request.
#[derive(Clone)]
pub(super) struct TodoContext {
    list: Rc<TodoListClient>,
    permissions: Permissions,
}

impl TodoContext {
    pub(super) fn new(list: TodoListClient, permissions: Permissions) -> Self {
        Self { list: Rc::new(list), permissions }
    }

    /// The caller's todos, and nobody else's.
    pub(super) fn list(&self) -> &TodoListClient {
        &self.list
    }
}

/// Permissions go by the names of their scopes here, so that a challenge can repeat them.
impl Authorize for TodoContext {
    fn may(&self, permission: &str) -> bool {
        Permission::of_scope(permission).is_some_and(|permission| self.permissions.allow(permission))
    }
}

/// A refusal is for the model, which can do better; a failure is not its fault.
impl From<TodoListError> for ToolError {
    fn from(error: TodoListError) -> Self {
        match error {
            TodoListError::Refused(refusal) => Self::new(refusal.to_string()),
            TodoListError::Failed(Failure::Problem(problem)) => Self::new(problem.detail()),
            TodoListError::Failed(Failure::Fault(fault)) => Self::fault(fault),
        }
    }
}

impl From<TodoListError> for ResourceError {
    fn from(error: TodoListError) -> Self {
        match error {
            TodoListError::Refused(_) => Self::NotFound,
            TodoListError::Failed(Failure::Problem(problem)) => Self::Fault(Fault::new(problem.detail())),
            TodoListError::Failed(Failure::Fault(fault)) => Self::Fault(Fault::new(fault)),
        }
    }
}
