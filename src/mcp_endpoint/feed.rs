//! The client of the feed of a list's changes, which is in the list's object.

use mcp::{Fault, LocalFuture, ResourceChanges};
use mcp_workers::{FeedClient, Holder, Subscriber, one_by_one};

use super::list_access::ListAccess;
use crate::todo_list::TodoListError;

/// The feed of one user's list.
pub(super) struct ListFeed(pub(super) ListAccess);

impl FeedClient for ListFeed {
    fn subscribe(&self, subscriber: Subscriber) -> LocalFuture<Result<(), Fault>> {
        let list = self.0.clone();
        Box::pin(async move { told(&list, list.list().await?.subscribe(subscriber).await) })
    }

    fn unsubscribe(&self, session: &str) -> LocalFuture<Result<(), Fault>> {
        let (list, session) = (self.0.clone(), session.to_owned());
        Box::pin(async move { told(&list, list.list().await?.unsubscribe(session).await) })
    }

    fn listen(&self, holder: Holder) -> LocalFuture<Result<ResourceChanges, Fault>> {
        let list = self.0.clone();
        Box::pin(async move { Ok(one_by_one(told(&list, list.list().await?.listen(holder).await)?)) })
    }
}

fn told<T>(list: &ListAccess, answer: Result<T, TodoListError>) -> Result<T, Fault> {
    answer.inspect_err(|error| list.note(error)).map_err(Fault::from)
}
