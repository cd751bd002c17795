//! The registry's feed of its principal's changes, for servers none of whose objects has a feed of its own.

use std::rc::Rc;

use mcp::ResourceChange;
use worker::console_error;
use worker_kit::background::Background;

use super::session_object::McpSession;
use crate::change_feed::{Subscriber, evict};
use crate::questions::ListenToFeed;

impl McpSession {
    /// Subscribes a session to changes. Evicted sessions are notified after the answer.
    pub(super) fn subscribe_to_feed(&self, subscriber: &Subscriber) -> worker_kit::Result<()> {
        let gone = self.feed.subscribe(subscriber)?;
        if !gone.is_empty() {
            self.state.behind(evict(self.env.clone(), gone));
        }
        Ok(())
    }

    /// Notifies the open WebSockets now, and the subscribed sessions after the answer.
    pub(super) fn tell(&self, changes: &Vec<ResourceChange>) -> worker_kit::Result<()> {
        self.feed.tell_listeners::<ListenToFeed>(&self.state, changes)?;
        self.feed.changed(changes)?;
        let (feed, env) = (Rc::clone(&self.feed), self.env.clone());
        let principal = self.principal().unwrap_or_default();
        self.state.behind(async move {
            if let Err(error) = feed.tell_sessions(&env, &principal).await {
                console_error!("agents were not told: {error}");
            }
        });
        Ok(())
    }
}
