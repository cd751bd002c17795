//! The client of the feed of a list's changes, which is in the list's object.

use futures_util::{StreamExt, stream};
use mcp::{Fault, LocalFuture, ResourceChanges};
use mcp_workers::{FeedClient, Holder, Subscriber};

use super::list_access::ListAccess;

/// The feed of one user's list.
pub(super) struct ListFeed(pub(super) ListAccess);

impl FeedClient for ListFeed {
    fn subscribe(&self, subscriber: Subscriber) -> LocalFuture<Result<(), Fault>> {
        let list = self.0.clone();
        Box::pin(async move { Ok(list.ask(async |list| list.subscribe(subscriber).await).await?) })
    }

    fn unsubscribe(&self, session: &str) -> LocalFuture<Result<(), Fault>> {
        let (list, session) = (self.0.clone(), session.to_owned());
        Box::pin(async move { Ok(list.ask(async |list| list.unsubscribe(session).await).await?) })
    }

    fn listen(&self, holder: Holder) -> LocalFuture<Result<ResourceChanges, Fault>> {
        let list = self.0.clone();
        Box::pin(async move {
            let changes = list.ask(async |list| list.listen(holder).await).await?;
            Ok(Box::pin(changes.flat_map(stream::iter)) as ResourceChanges)
        })
    }
}
