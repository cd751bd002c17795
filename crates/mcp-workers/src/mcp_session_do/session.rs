//! The object as a session, without its streams: its log level, its subscriptions, and its end.

use mcp::{LogLevel, Subscribed};
use serde_json::value::RawValue;
use worker_kit::{
    clock::now_ms,
    object::{Never, Unanswered},
    sql,
};

use super::holding::SEEN;
use super::session_object::McpSession;
use crate::held_sockets::close;
use crate::questions::{Holder, Holding};

/// The setting with the time at which an earlier version ended this session. Now the registry stores that.
pub(super) const OVER: &str = "over";

/// The most resources one session may subscribe to.
const MAX_SUBSCRIPTIONS: u32 = 1_000;

/// The longest address that can be subscribed to, in bytes.
const MAX_URI_BYTES: usize = 2_048;

impl McpSession {
    /// Whether an earlier version has ended this session.
    pub(super) fn is_over(&self) -> worker_kit::Result<bool> {
        Ok(self.setting(OVER)?.is_some())
    }

    /// Ends the session: the registry remembers that, and this storage is deleted. Returns whether it was subscribed to changes.
    pub(super) async fn end(&self, holder: &Holder) -> Result<bool, Unanswered<Never>> {
        let heard = self.is_held()? && self.hears()?;
        self.ask_registry(holder, Holding::End).await?;
        for socket in self.state.get_websockets() {
            close(&socket);
        }
        self.forget_everything().await?;
        Ok(heard)
    }

    pub(super) fn client_info(&self) -> worker_kit::Result<Option<Box<RawValue>>> {
        Ok(self.setting("introduction")?.map(json::raw).transpose()?)
    }

    pub(super) fn log_level(&self) -> worker_kit::Result<Option<LogLevel>> {
        Ok(self.setting("level")?.as_deref().map(json::from_str).transpose()?)
    }

    pub(super) fn subscribe(&self, uri: &str) -> worker_kit::Result<Subscribed> {
        self.seen()?;
        let is_new = "SELECT count(*) AS count FROM subscription WHERE uri = ?";
        let is_new = sql::optional_number(self.sql()?, is_new, &[&uri])? == Some(0);
        if is_new && self.count("SELECT count(*) AS count FROM subscription")? >= MAX_SUBSCRIPTIONS {
            return Ok(Subscribed::TooMany { most: MAX_SUBSCRIPTIONS });
        }
        if uri.len() > MAX_URI_BYTES {
            return Ok(Subscribed::TooLong { most: MAX_URI_BYTES });
        }
        self.run("INSERT OR IGNORE INTO subscription VALUES (?)", &[&uri])?;
        Ok(Subscribed::Yes)
    }

    pub(super) fn unsubscribe(&self, uri: &str) -> worker_kit::Result<()> {
        if self.is_held()? {
            self.run("DELETE FROM subscription WHERE uri = ?", &[&uri])?;
        }
        Ok(())
    }

    /// Stores the time of the last use: an open stream, or a subscription.
    pub(super) fn seen(&self) -> worker_kit::Result<()> {
        self.set(SEEN, &now_ms().to_string())
    }
}
