//! The object as what is known of a session besides its streams: its log level, what it subscribed to, and that it is over.

use mcp::{LogLevel, Subscribed};

use super::clock::now_ms;
use super::holding::{HOLDER, HOLDING};
use super::session_object::{Count, McpSession};
use super::sockets::close;

/// The most resources one session may subscribe to.
const MAX_SUBSCRIPTIONS: u32 = 1_000;

/// The longest address that can be subscribed to, in bytes.
const MAX_URI_BYTES: usize = 2_048;

impl McpSession {
    pub(super) fn is_over(&self) -> worker::Result<bool> {
        Ok(self.setting("over")?.is_some())
    }

    pub(super) fn end(&self) -> worker::Result<()> {
        for table in ["event", "answer", "subscription", "cancelled"] {
            self.run(&format!("DELETE FROM {table}"), Vec::new())?;
        }
        self.run("DELETE FROM setting WHERE name NOT IN (?, ?)", vec![HOLDER.into(), HOLDING.into()])?;
        self.kept.forget();
        self.set("over", &now_ms().to_string())?;
        for socket in self.state.get_websockets() {
            close(&socket);
        }
        Ok(())
    }

    pub(super) fn log_level(&self) -> worker::Result<Option<LogLevel>> {
        Ok(self.setting("level")?.as_deref().map(serde_json::from_str).transpose()?)
    }

    pub(super) fn subscribe(&self, uri: String) -> worker::Result<Subscribed> {
        self.seen()?;
        let is_new = "SELECT count(*) AS count FROM subscription WHERE uri = ?";
        let is_new = self.sql()?.exec(is_new, vec![uri.as_str().into()])?.one::<Count>()?.count == 0;
        if is_new && self.count("SELECT count(*) AS count FROM subscription")? >= MAX_SUBSCRIPTIONS {
            return Ok(Subscribed::TooMany { most: MAX_SUBSCRIPTIONS });
        }
        if uri.len() > MAX_URI_BYTES {
            return Ok(Subscribed::TooLong { most: MAX_URI_BYTES });
        }
        self.run("INSERT OR IGNORE INTO subscription VALUES (?)", vec![uri.into()])?;
        Ok(Subscribed::Yes)
    }

    pub(super) fn unsubscribe(&self, uri: String) -> worker::Result<()> {
        if self.is_held()? {
            self.run("DELETE FROM subscription WHERE uri = ?", vec![uri.into()])?;
        }
        Ok(())
    }

    /// Somebody listens, or has until now, or wanted to.
    pub(super) fn seen(&self) -> worker::Result<()> {
        self.set("seen", &now_ms().to_string())
    }
}
