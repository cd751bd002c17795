//! The context of every tool and resource of the TODO service: the caller and their list.

use std::rc::Rc;

use identity_workers::{AccessLease, Caller, CallingClient, CheckError, UserId, deployment::Deployment};
use mcp::{Authorize, Fault, LocalFuture, ResourceError, ToolError};
use oauth::bearer::BearerRefusal;
use todo::{Actor, Filter, HistoryEntry, ListDelta, Page, Position, Refusal, Todo, TodoId};
use worker_kit::http::Failure;

use crate::{
    permissions::{Permission, Permissions},
    todo_list::{CommandRequest, HistoryPage, TodoListClient, TodoListError, UndoRequest},
};

/// The particulars of one request.
#[derive(Clone)]
pub(super) struct TodoContext {
    user_id: UserId,
    permissions: Permissions,
    client: Rc<CallingClient>,
    access: Rc<AccessLease>,
    deployment: Rc<Deployment>,
}

impl TodoContext {
    pub(super) fn new(caller: Caller, access: Rc<AccessLease>, deployment: &Deployment) -> Self {
        let Caller { user_id, client, entitlement } = caller;
        let permissions = Permissions::of(&entitlement, &deployment.config.required_scopes);
        Self {
            user_id,
            permissions,
            client: Rc::new(client),
            access,
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

    /// The caller's todos.
    pub(super) fn list(&self) -> ShownList<'_> {
        ShownList(self)
    }
}

/// A list as models are given it: without what a person would not see in its texts.
pub(super) struct ShownList<'a>(&'a TodoContext);

impl ShownList<'_> {
    pub(super) async fn page(
        &self,
        filter: Filter,
        position: Option<Position>,
        limit: usize,
    ) -> Result<Page, TodoListError> {
        self.ask(async |list| list.page(filter, position, limit).await).await.map(Page::shown)
    }

    pub(super) async fn one(&self, id: TodoId) -> Result<Todo, TodoListError> {
        self.ask(async |list| list.one(id).await).await.map(Todo::shown)
    }

    pub(super) async fn existing(&self, ids: Vec<TodoId>) -> Result<Vec<TodoId>, TodoListError> {
        self.ask(async |list| list.existing(ids).await).await
    }

    pub(super) async fn apply(&self, request: CommandRequest) -> Result<ListDelta, TodoListError> {
        self.ask(async |list| list.apply(request).await).await.map(ListDelta::shown)
    }

    pub(super) async fn undo(&self, number: u64, by: Actor) -> Result<ListDelta, TodoListError> {
        let undo = UndoRequest { number, by, key: None };
        self.ask(async |list| list.undo(undo).await).await.map(ListDelta::shown)
    }

    pub(super) async fn history(
        &self,
        before: Option<u64>,
        limit: u64,
    ) -> Result<HistoryPage, TodoListError> {
        let HistoryPage { changes, next } = self.ask(async |list| list.history(before, limit).await).await?;
        Ok(HistoryPage { changes: changes.into_iter().map(HistoryEntry::shown).collect(), next })
    }

    /// Asks the list, with the caller's admission; the list refuses access that has ended. The admission is made for each question, since
    /// a call may last longer than a confirmation.
    async fn ask<T>(
        &self,
        question: impl AsyncFnOnce(TodoListClient) -> Result<T, TodoListError>,
    ) -> Result<T, TodoListError> {
        let TodoContext { access, deployment, user_id, .. } = self.0;
        let admission = access.admission(deployment).await?;
        let answer = question(TodoListClient::of(&deployment.env, user_id, admission)).await;
        if let Err(TodoListError::AccessEnded) = &answer {
            access.forget();
        }
        answer
    }
}

impl From<CheckError<BearerRefusal>> for TodoListError {
    fn from(error: CheckError<BearerRefusal>) -> Self {
        match error {
            CheckError::Refused(_) => Self::AccessEnded,
            CheckError::Failed(failure) => Self::Failed(failure),
        }
    }
}

/// Permissions go by the names of their scopes here, so that a challenge can repeat them.
impl Authorize for TodoContext {
    fn may(&self, permission: &str) -> bool {
        Permission::of_scope(permission).is_some_and(|permission| self.permissions.allow(permission))
    }

    /// A session belongs to its user; for any other it does not exist.
    fn principal(&self) -> &str {
        self.user_id.as_str()
    }

    /// And the app's that opened it: one that may only read is not to answer in the place of one that may write.
    fn client(&self) -> &str {
        self.client.id()
    }

    fn confirm_access(&self) -> LocalFuture<Result<(), Fault>> {
        let (access, deployment) = (Rc::clone(&self.access), Rc::clone(&self.deployment));
        Box::pin(async move {
            access.confirm(&deployment).await.map_err(|error| TodoListError::from(error).into())
        })
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
            TodoListError::AccessEnded => Self::Fault(Fault::access_ended()),
            TodoListError::Failed(Failure::Problem(problem)) => Self::new(problem.detail()),
            TodoListError::Failed(Failure::Fault(fault)) => Self::fault(fault),
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
            failed @ (TodoListError::AccessEnded | TodoListError::Failed(_)) => Self::Fault(failed.into()),
        }
    }
}
