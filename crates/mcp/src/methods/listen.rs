//! `subscriptions/listen` (2026-07-28 basic/patterns/subscriptions): a stream of what changes, for as long as the client
//! keeps it open. Nothing is kept for a client that is away; it reads anew when it comes back.

use std::task::{Poll, ready};

use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::declare::server::Server;
use crate::handler::answer::Answer;
use crate::handler::event_stream::EventStream;
use crate::handler::response_context::ResponseContext;
use crate::methods::exchange::{Exchange, permitted};
use crate::model::error::RpcError;
use crate::model::failure::Failure;
use crate::model::sorted;
use crate::model::wire;
use crate::ports::authorize::Authorize;
use crate::ports::sessions::ResourceChange;

/// The most resources one stream can be asked to tell of.
const MAX_RESOURCES: usize = 1_000;

/// What a client wants to hear of, and what it will. Of lists, only that of resources ever changes while a server runs.
#[derive(Clone, Deserialize, Serialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Filter {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    resources_list_changed: bool,
    /// In order, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resource_subscriptions: Vec<String>,
}

impl Filter {
    fn takes(&self, change: &ResourceChange) -> bool {
        match change {
            ResourceChange::ResourceList => self.resources_list_changed,
            ResourceChange::Resource { uri } => self.resource_subscriptions.binary_search(uri).is_ok(),
        }
    }
}

impl<C: Authorize + Clone + 'static> Server<C> {
    /// Acknowledges what of the filter it will keep to, and keeps to it. What the caller may not read is left out, as is
    /// what there is not.
    pub(super) fn listen_to_changes(&self, exchange: &Exchange<'_>, app: &C) -> Result<Answer, Failure> {
        let mut filter: Filter = exchange
            .params
            .notifications
            .filter(|raw| raw.get().starts_with('{'))
            .and_then(|raw| json::from_str(raw.get()).ok())
            .ok_or_else(|| {
                RpcError::invalid_params("params.notifications is not a filter of notifications")
            })?;
        filter.resource_subscriptions = sorted::set(filter.resource_subscriptions);
        if filter.resource_subscriptions.len() > MAX_RESOURCES {
            let most = format!("params.notifications may name at most {MAX_RESOURCES} resources");
            return Err(RpcError::invalid_params(&most).into());
        }
        if !exchange.outbox.takes_messages() {
            return Err(RpcError::invalid_request("this method is answered by an event stream alone").into());
        }
        filter
            .resource_subscriptions
            .retain(|uri| self.read_permissions(uri).is_some_and(|permissions| permitted(app, permissions)));
        let sessions = exchange.platform.held_sessions().ok_or_else(RpcError::internal)?;
        let wanted = std::mem::take(&mut filter.resource_subscriptions);
        let existing = self.existing(wanted, exchange, app)?;
        let changes = sessions.changes(app.principal());
        let response_context = self.response_context(exchange)?;
        Ok(Answer::Stream(Box::pin(async move {
            filter.resource_subscriptions = existing.await?;
            let mut changes = changes.await?;
            let subscription = response_context.subscription_id()?;
            let acknowledged = notification(
                "notifications/subscriptions/acknowledged",
                &subscription,
                vec![("notifications", json::to_value(&filter)?)],
            )?;
            let updates = stream::poll_fn(move |task| {
                while let Some(change) = ready!(changes.poll_next_unpin(task)) {
                    if filter.takes(&change)
                        && let Ok(message) = tell(&change, &subscription)
                    {
                        return Poll::Ready(Some(message));
                    }
                }
                Poll::Ready(None)
            });
            Ok(EventStream::messages(&acknowledged, updates, end(&response_context).ok().as_deref()))
        })))
    }
}

fn tell(change: &ResourceChange, subscription: &Value) -> Result<Vec<u8>, json::Error> {
    match change {
        ResourceChange::Resource { uri } => {
            notification("notifications/resources/updated", subscription, vec![("uri", uri.as_str().into())])
        }
        ResourceChange::ResourceList => {
            notification("notifications/resources/list_changed", subscription, vec![])
        }
    }
}

/// "Every message carries the subscription's id."
fn notification(
    method: &str,
    subscription: &Value,
    mut params: Vec<(&str, Value)>,
) -> Result<Vec<u8>, json::Error> {
    params.push(("_meta", json::object(vec![(SUBSCRIPTION_ID, subscription.clone())])));
    wire::notification(method, &json::object(params))
}

/// The result of a stream that ends of its own accord.
fn end(response_context: &ResponseContext) -> Result<Vec<u8>, Failure> {
    let meta = response_context.meta_with(SUBSCRIPTION_ID)?;
    Ok(response_context.result().finish(&meta, None)?)
}

const SUBSCRIPTION_ID: &str = "io.modelcontextprotocol/subscriptionId";
