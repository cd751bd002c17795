//! What every tool and resource of the TODO service is given: the caller's list, and who the caller is.

use std::rc::Rc;

use identity_workers::{AccessLease, Caller, CallingClient, UserId, deployment::Deployment};
use mcp::{Authorize, Fault, LocalFuture, ResourceError, ToolError};
use todo::{Actor, Filter, HistoryEntry, ListDelta, Page, Position, Refusal, Todo, TodoId};
use worker_kit::http::Failure;

use crate::{
    permissions::{Permission, Permissions},
    todo_list::{CommandRequest, HistoryPage, TodoListClient, TodoListError, UndoRequest},
};

/// The particulars of one request.
#[derive(Clone)]
pub(super) struct TodoContext {
    list: Rc<TodoListClient>,
    user_id: UserId,
    permissions: Permissions,
    client: Rc<CallingClient>,
    access: Rc<AccessLease>,
    deployment: Rc<Deployment>,
}

impl TodoContext {
    pub(super) fn new(
        list: TodoListClient,
        caller: Caller,
        access: AccessLease,
        deployment: &Deployment,
    ) -> Self {
        let Caller { user_id, client, entitlement } = caller;
        let permissions = Permissions::of(&entitlement, &deployment.config.required_scopes);
        Self {
            list: Rc::new(list),
            user_id,
            permissions,
            client: Rc::new(client),
            access: Rc::new(access),
            deployment: Rc::new(deployment.clone()),
        }
    }

    /// Through what the caller calls.
    pub(super) fn client(&self) -> &CallingClient {
        &self.client
    }

    pub(super) fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// The caller's todos, and nobody else's.
    pub(super) fn list(&self) -> ShownList<'_> {
        ShownList(&self.list)
    }
}

/// A list as models are given it: without what a person would not see in its texts.
pub(super) struct ShownList<'a>(&'a TodoListClient);

impl ShownList<'_> {
    pub(super) async fn page(
        &self,
        filter: Filter,
        position: Option<Position>,
        limit: usize,
    ) -> Result<Page, TodoListError> {
        self.0.page(filter, position, limit).await.map(Page::shown)
    }

    pub(super) async fn one(&self, id: TodoId) -> Result<Todo, TodoListError> {
        self.0.one(id).await.map(Todo::shown)
    }

    pub(super) async fn existing(&self, ids: Vec<TodoId>) -> Result<Vec<TodoId>, TodoListError> {
        self.0.existing(ids).await
    }

    pub(super) async fn apply(&self, request: CommandRequest) -> Result<ListDelta, TodoListError> {
        self.0.apply(request).await.map(ListDelta::shown)
    }

    pub(super) async fn undo(&self, number: u64, by: Actor) -> Result<ListDelta, TodoListError> {
        self.0.undo(UndoRequest { number, by, key: None }).await.map(ListDelta::shown)
    }

    pub(super) async fn history(
        &self,
        before: Option<u64>,
        limit: u64,
    ) -> Result<HistoryPage, TodoListError> {
        let HistoryPage { changes, next } = self.0.history(before, limit).await?;
        Ok(HistoryPage { changes: changes.into_iter().map(HistoryEntry::shown).collect(), next })
    }
}

/// Permissions go by the names of their scopes here, so that a challenge can repeat them.
impl Authorize for TodoContext {
    fn may(&self, permission: &str) -> bool {
        Permission::of_scope(permission).is_some_and(|permission| self.permissions.allow(permission))
    }

    /// A session is its user's: to anybody else it does not exist.
    fn principal(&self) -> &str {
        self.user_id.as_str()
    }

    /// And the app's that opened it: one that may only read is not to answer in the place of one that may write.
    fn client(&self) -> &str {
        self.client.name()
    }

    fn access_ends(&self) -> LocalFuture<()> {
        let (access, deployment) = (Rc::clone(&self.access), Rc::clone(&self.deployment));
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
            TodoListError::Failed(Failure::Problem(problem)) => Self::new(problem.detail()),
            TodoListError::Failed(Failure::Fault(fault)) => Self::fault(fault),
        }
    }
}

impl From<TodoListError> for Fault {
    fn from(error: TodoListError) -> Self {
        match error {
            TodoListError::Refused(refusal) => Self::new(refusal),
            TodoListError::Failed(failure) => fault_of(failure),
        }
    }
}

/// A failure, as the engine has it for its log and its answer.
pub(super) fn fault_of(failure: Failure) -> Fault {
    match failure {
        Failure::Problem(problem) => match problem.retry_after() {
            Some(seconds) => Fault::unavailable(problem.detail(), seconds),
            None => Fault::new(problem.detail()),
        },
        Failure::Fault(fault) => Fault::new(fault),
    }
}

impl From<TodoListError> for ResourceError {
    fn from(error: TodoListError) -> Self {
        match error {
            TodoListError::Refused(_) => Self::NotFound,
            failed @ TodoListError::Failed(_) => Self::Fault(failed.into()),
        }
    }
}
