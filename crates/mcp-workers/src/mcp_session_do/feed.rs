//! The object as a registry that has the feed of its principal's changes, where no object of the application has it.

use std::rc::Rc;

use mcp::ResourceChange;
use worker::console_error;

use super::session_object::McpSession;
use crate::change_feed::{Subscriber, send_away};
use crate::questions::ListenToFeed;

impl McpSession {
    /// Has a session told of changes. Those that gave way to it are told after the answer.
    pub(super) fn subscribe_to_feed(&self, subscriber: &Subscriber) -> worker::Result<()> {
        let gone = self.feed.subscribe(subscriber)?;
        if !gone.is_empty() {
            self.state.wait_until(send_away(self.env.clone(), gone));
        }
        Ok(())
    }

    /// Tells everybody who listens, and has every session told after the answer.
    pub(super) fn tell(&self, changes: &Vec<ResourceChange>) -> worker::Result<()> {
        self.feed.tell_listeners::<ListenToFeed>(&self.state, changes)?;
        self.feed.changed(changes)?;
        let (feed, env) = (Rc::clone(&self.feed), self.env.clone());
        let principal = self.principal().unwrap_or_default();
        self.state.wait_until(async move {
            if let Err(error) = feed.tell_sessions(&env, &principal).await {
                console_error!("sessions were not told of changes: {error}");
            }
        });
        Ok(())
    }
}
