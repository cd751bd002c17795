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
        let (env, principal) = (self.env.clone(), self.principal.clone());
        Box::pin(async move {
            object::ask(&env, principal.as_str(), SubscribeToFeed(subscriber)).await.map_err(fault)
        })
    }

    fn unsubscribe(&self, session: &str) -> LocalFuture<Result<(), Fault>> {
        let (env, principal, session) = (self.env.clone(), self.principal.clone(), session.to_owned());
        Box::pin(async move {
            object::ask(&env, principal.as_str(), UnsubscribeFromFeed { session }).await.map_err(fault)
        })
    }

    fn listen(&self, holder: Holder) -> LocalFuture<Result<ResourceChanges, Fault>> {
        let (env, principal) = (self.env.clone(), self.principal.clone());
        Box::pin(async move {
            let frames =
                object::open(&env, principal.as_str(), ListenToFeed { holder }).await.map_err(fault)?;
            Ok(Box::pin(frames.flat_map(stream::iter)) as ResourceChanges)
        })
    }
}
