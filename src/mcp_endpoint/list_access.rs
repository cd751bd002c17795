//! The client of a caller's list, which sends the caller's admission with each question.

use std::rc::Rc;

use identity_workers::{AccessLease, CheckError, UserId, deployment::Deployment};
use oauth::bearer::BearerRefusal;

use crate::todo_list::{TodoListClient, TodoListError};

/// One caller's access to their list.
#[derive(Clone)]
pub(super) struct ListAccess {
    user_id: UserId,
    client: Rc<str>,
    lease: Rc<AccessLease>,
    deployment: Rc<Deployment>,
}

impl ListAccess {
    /// `client` is the id of the caller's client.
    pub(super) fn new(user_id: UserId, client: &str, lease: AccessLease, deployment: &Deployment) -> Self {
        Self { user_id, client: client.into(), lease: lease.into(), deployment: Rc::new(deployment.clone()) }
    }

    pub(super) fn user_id(&self) -> &UserId {
        &self.user_id
    }

    pub(super) fn lease(&self) -> &Rc<AccessLease> {
        &self.lease
    }

    pub(super) fn deployment(&self) -> &Rc<Deployment> {
        &self.deployment
    }

    /// The list, for one question: it refuses a caller whose access has ended, of which [`note`](Self::note) is to be told. The
    /// admission is made for each question, since a call may last longer than a confirmation.
    pub(super) async fn list(&self) -> Result<TodoListClient, TodoListError> {
        let admission = self.lease.admission(&self.deployment).await?;
        Ok(TodoListClient::of(&self.deployment.env, &self.user_id, &self.client, admission))
    }

    /// Remembers that access has ended, if that is why a question was refused.
    pub(super) fn note(&self, error: &TodoListError) {
        if let TodoListError::AccessEnded = error {
            self.lease.forget();
        }
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
