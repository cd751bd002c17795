//! The context of every tool and resource of the TODO service: the caller and their list.

use std::rc::Rc;

use identity_workers::{CallingClient, Entitlement, deployment::Deployment};
use mcp::{Authorize, Fault, LocalFuture, ResourceError, ToolError};
use todo::{Actor, Filter, HistoryEntry, ListDelta, Page, Position, Refusal, Todo, TodoId};
use worker_kit::http::{Failure, FailureKind, NotNow, Reason};

use super::list_access::ListAccess;
use crate::{
    permissions::{Permission, Permissions},
    todo_list::{CommandRequest, HistoryPage, Review, TodoListError, UndoRequest},
};

/// The particulars of one request.
#[derive(Clone)]
pub(super) struct TodoContext {
    permissions: Permissions,
    client: Rc<CallingClient>,
    access: ListAccess,
}

impl TodoContext {
    pub(super) fn new(client: CallingClient, entitlement: &Entitlement, access: ListAccess) -> Self {
        let permissions = Permissions::of(entitlement, &access.deployment().config.required_scopes);
        Self { permissions, client: Rc::new(client), access }
    }

    /// Through what the caller calls.
    pub(super) fn client(&self) -> &CallingClient {
        &self.client
    }

    pub(super) fn deployment(&self) -> &Deployment {
        self.access.deployment()
    }

    /// The caller's todos.
    pub(super) fn list(&self) -> ShownList<'_> {
        ShownList(&self.access)
    }
}

/// A list as models are given it: without what a person would not see in its texts.
pub(super) struct ShownList<'a>(&'a ListAccess);

impl ShownList<'_> {
    pub(super) async fn page(
        &self,
        filter: Filter,
        position: Option<Position>,
        limit: usize,
    ) -> Result<Page, TodoListError> {
        self.told(self.0.list().await?.page(filter, position, limit).await).map(Page::shown)
    }

    pub(super) async fn one(&self, id: TodoId) -> Result<Todo, TodoListError> {
        self.told(self.0.list().await?.one(id).await).map(Todo::shown)
    }

    pub(super) async fn existing(&self, ids: Vec<TodoId>) -> Result<Vec<TodoId>, TodoListError> {
        self.told(self.0.list().await?.existing(ids).await)
    }

    pub(super) async fn apply(&self, request: CommandRequest) -> Result<ListDelta, TodoListError> {
        self.told(self.0.list().await?.apply(request).await).map(ListDelta::shown)
    }

    pub(super) async fn undo(&self, number: u64, by: Actor) -> Result<ListDelta, TodoListError> {
        let undo = UndoRequest { number, by, key: None };
        self.told(self.0.list().await?.undo(undo).await).map(ListDelta::shown)
    }

    pub(super) async fn history(
        &self,
        before: Option<u64>,
        limit: u64,
    ) -> Result<HistoryPage, TodoListError> {
        self.told(self.0.list().await?.history(before, limit).await).map(shown)
    }

    pub(super) async fn review(&self, changes: u64, todos: usize) -> Result<Review, TodoListError> {
        let Review { done, open } = self.told(self.0.list().await?.review(changes, todos).await)?;
        Ok(Review { done: shown(done), open: open.shown() })
    }

    fn told<T>(&self, answer: Result<T, TodoListError>) -> Result<T, TodoListError> {
        answer.inspect_err(|error| self.0.note(error))
    }
}

fn shown(HistoryPage { changes, next }: HistoryPage) -> HistoryPage {
    HistoryPage { changes: changes.into_iter().map(HistoryEntry::shown).collect(), next }
}

/// Permissions go by the names of their scopes here, so that a challenge can repeat them.
impl Authorize for TodoContext {
    fn may(&self, permission: &str) -> bool {
        Permission::of_scope(permission).is_some_and(|permission| self.permissions.allow(permission))
    }

    /// A session belongs to its user; for any other it does not exist.
    fn principal(&self) -> &str {
        self.access.user_id().as_str()
    }

    /// And the app's that opened it: one that may only read is not to answer in the place of one that may write.
    fn client(&self) -> &str {
        self.client.id()
    }

    fn confirm_access(&self) -> LocalFuture<Result<(), Fault>> {
        let (access, deployment) = (Rc::clone(self.access.lease()), Rc::clone(self.access.deployment()));
        Box::pin(async move {
            access.confirm(&deployment).await.map_err(|error| TodoListError::from(error).into())
        })
    }

    fn access_ends(&self) -> LocalFuture<()> {
        let (access, deployment) = (Rc::clone(self.access.lease()), Rc::clone(self.access.deployment()));
        Box::pin(async move { access.ends(&deployment).await })
    }
}

/// What a model can do about a refusal that does not say so itself.
fn what_next(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::UnknownTodo { .. } => " listTodos shows the todos there are, with their ids.",
        Refusal::UnknownChange { .. } => " listHistory shows the changes there are, with their numbers.",
        _ => "",
    }
}

/// A refusal is for the model, which can do better; a failure is not its fault.
impl From<TodoListError> for ToolError {
    fn from(error: TodoListError) -> Self {
        match error {
            TodoListError::Refused(refusal) => Self::new(format!("{refusal}{}", what_next(&refusal))),
            TodoListError::AccessEnded => Self::Fault(Fault::access_ended()),
            TodoListError::Failed(failure) => match failure.kind() {
                FailureKind::Problem(problem) => Self::new(problem.detail()),
                FailureKind::NotNow(NotNow { reason: Reason::Unavailable(what), .. }) => Self::new(what),
                other => Self::Fault(fault_of(other.into())),
            },
        }
    }
}

impl From<TodoListError> for Fault {
    fn from(error: TodoListError) -> Self {
        match error {
            TodoListError::Refused(refusal) => Self::new(refusal),
            TodoListError::AccessEnded => Self::access_ended(),
            TodoListError::Failed(failure) => fault_of(failure),
        }
    }
}

/// A failure, as the engine has it for its log and its answer.
pub(super) fn fault_of(failure: Failure) -> Fault {
    match failure.kind() {
        FailureKind::NotNow(not_now) => match not_now.reason {
            Reason::TooMany => Fault::too_many(not_now.detail(), not_now.retry_after),
            Reason::Unavailable(what) => Fault::unavailable(what, not_now.retry_after),
        },
        FailureKind::Problem(problem) => Fault::new(problem.detail()),
        FailureKind::Fault(fault) => Fault::new(fault),
    }
}

impl From<TodoListError> for ResourceError {
    fn from(error: TodoListError) -> Self {
        match error {
            TodoListError::Refused(_) => Self::NotFound,
            failed @ (TodoListError::AccessEnded | TodoListError::Failed(_)) => Self::Fault(failed.into()),
        }
    }
}
