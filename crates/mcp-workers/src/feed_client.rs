//! How a Worker calls the feed of a principal's changes.

use std::task::{Poll, ready};

use futures_util::{Stream, StreamExt, stream};
use mcp::{Fault, LocalFuture, ResourceChange, ResourceChanges};
use worker::Env;
use worker_kit::object;

use crate::{
    change_feed::Subscriber,
    questions::{Holder, ListenToFeed, SubscribeToFeed, UnsubscribeFromFeed, fault},
};

/// A client of the object with the [`ChangeFeed`](crate::ChangeFeed) of one principal.
pub trait FeedClient {
    /// [`ChangeFeed::subscribe`](crate::ChangeFeed::subscribe).
    fn subscribe(&self, subscriber: Subscriber) -> LocalFuture<Result<(), Fault>>;

    /// [`ChangeFeed::unsubscribe`](crate::ChangeFeed::unsubscribe).
    fn unsubscribe(&self, session: &str) -> LocalFuture<Result<(), Fault>>;

    /// [`ChangeFeed::listen`](crate::ChangeFeed::listen).
    fn listen(&self, holder: Holder) -> LocalFuture<Result<ResourceChanges, Fault>>;
}

/// Changes that come in lists, one by one.
pub fn one_by_one(mut lists: impl Stream<Item = Vec<ResourceChange>> + Unpin + 'static) -> ResourceChanges {
    let mut changes = Vec::new().into_iter();
    Box::pin(stream::poll_fn(move |task| {
        loop {
            if let Some(change) = changes.next() {
                return Poll::Ready(Some(change));
            }
            let Some(list) = ready!(lists.poll_next_unpin(task)) else { return Poll::Ready(None) };
            changes = list.into_iter();
        }
    }))
}

/// The feed in the principal's registry.
pub(crate) struct RegistryFeed {
    env: Env,
    principal: String,
}

impl RegistryFeed {
    pub(crate) fn of(env: &Env, principal: &str) -> Self {
        Self { env: env.clone(), principal: principal.to_owned() }
    }
}

impl FeedClient for RegistryFeed {
    fn subscribe(&self, subscriber: Subscriber) -> LocalFuture<Result<(), Fault>> {
        Box::pin(object::ask_or(&self.env, self.principal.as_str(), SubscribeToFeed(subscriber), fault))
    }

    fn unsubscribe(&self, session: &str) -> LocalFuture<Result<(), Fault>> {
        let unsubscribe = UnsubscribeFromFeed { session: session.to_owned() };
        Box::pin(object::ask_or(&self.env, self.principal.as_str(), unsubscribe, fault))
    }

    fn listen(&self, holder: Holder) -> LocalFuture<Result<ResourceChanges, Fault>> {
        let opened = object::open(&self.env, self.principal.as_str(), ListenToFeed { holder });
        Box::pin(async {
            let frames = opened.await.map_err(fault)?;
            Ok(one_by_one(frames))
        })
    }
}
