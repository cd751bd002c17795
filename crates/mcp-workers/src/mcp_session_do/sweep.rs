//! How the object lets go of what it holds: of what is old, and in the end of everything.

use std::time::Duration;

use super::clock::now_ms;
use super::session_object::McpSession;
use super::sockets::close;

/// How long it is remembered that a session was ended, in milliseconds: longer than any session's id is good for.
const OVER_MS: u64 = 8 * 24 * 60 * 60 * 1_000;

impl McpSession {
    /// Lets go of everything: another has a better right to the room.
    pub(super) async fn let_go(&self) -> worker::Result<()> {
        self.stop_task()?;
        for socket in self.state.get_websockets() {
            close(&socket);
        }
        self.forget_everything().await
    }

    pub(super) async fn sweep(&self) -> worker::Result<()> {
        if !self.is_held()? {
            return Ok(());
        }
        let now = now_ms();
        let before = |age: u64| i64::try_from(now.saturating_sub(age)).unwrap_or_default();
        let old = before(milliseconds(self.retention.events));
        self.run("DELETE FROM event WHERE at < ?", vec![old.into()])?;
        self.run("DELETE FROM answer WHERE at < ?", vec![old.into()])?;
        self.run("DELETE FROM cancelled WHERE at < ?", vec![old.into()])?;
        self.kept.forget();
        // No session or task lives longer: one that should have left could not be heard.
        self.run("DELETE FROM member WHERE at < ?", vec![before(OVER_MS.saturating_mul(2)).into()])?;
        let since = |setting: Option<String>| {
            setting.and_then(|at| at.parse().ok()).map(|at: u64| now.saturating_sub(at))
        };
        let finished = match (self.is_task_over()?, since(self.setting("over")?)) {
            (Some(over), _) => over,
            (None, Some(over)) => over > OVER_MS,
            (None, None) => {
                let silent = since(self.setting("seen")?)
                    .is_none_or(|seen| seen > milliseconds(self.retention.abandoned));
                let members = self.count("SELECT count(*) AS count FROM member")?;
                let events = self.count("SELECT count(*) AS count FROM event")?;
                silent && members == 0 && events == 0 && self.state.get_websockets().is_empty()
            }
        };
        if !finished {
            return self.storage.platform().set_alarm(self.retention.sweep).await;
        }
        self.leave_registry().await;
        self.forget_everything().await
    }

    async fn forget_everything(&self) -> worker::Result<()> {
        self.holding.set(None);
        self.kept.forget();
        self.storage.delete_all().await
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
