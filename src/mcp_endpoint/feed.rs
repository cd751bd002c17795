//! The client of the feed of a list's changes, which is in the list's object.

use std::rc::Rc;

use futures_util::{StreamExt, stream};
use mcp::{Fault, LocalFuture, ResourceChanges};
use mcp_workers::{FeedClient, Holder, Subscriber};

use crate::todo_list::TodoListClient;

/// The feed of one user's list.
pub(super) struct ListFeed(pub(super) Rc<TodoListClient>);

impl FeedClient for ListFeed {
    fn subscribe(&self, subscriber: Subscriber) -> LocalFuture<Result<(), Fault>> {
        let list = Rc::clone(&self.0);
        Box::pin(async move { Ok(list.subscribe(subscriber).await?) })
    }

    fn unsubscribe(&self, session: &str) -> LocalFuture<Result<(), Fault>> {
        let (list, session) = (Rc::clone(&self.0), session.to_owned());
        Box::pin(async move { Ok(list.unsubscribe(session).await?) })
    }

    fn listen(&self, holder: Holder) -> LocalFuture<Result<ResourceChanges, Fault>> {
        let list = Rc::clone(&self.0);
        Box::pin(
            async move { Ok(Box::pin(list.listen(holder).await?.flat_map(stream::iter)) as ResourceChanges) },
        )
    }
}
