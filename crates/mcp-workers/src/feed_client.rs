//! How a Worker calls the feed of a principal's changes.

use futures_util::{StreamExt, stream};
use mcp::{Fault, LocalFuture, ResourceChanges};
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
            Ok(Box::pin(frames.flat_map(stream::iter)) as ResourceChanges)
        })
    }
}
