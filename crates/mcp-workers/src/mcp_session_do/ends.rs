//! Expiry: old rows are deleted, and with the last of them the whole storage.
//!
//! The alarm is set to the next expiry. A registry deletes its old rows when something is entered; its alarm is for its feed.

use std::time::Duration;

use worker_kit::{clock::now_ms, sql, sql::optional_number};

use super::holding::{HOLDER, SEEN};
use super::registry::OVER_MS;
use super::session::OVER;
use super::session_object::McpSession;
use crate::held_sockets::close;

/// The delay of a registry's alarm, in milliseconds: it notifies the sessions if the work behind the answer is killed.
const SAFETY_MS: u64 = 5_000;

/// The tables whose rows expire by age.
const AGING: [&str; 3] = ["event", "cancelled", "call"];

/// The newest row of each of the [`AGING`] tables has a time; this is the earliest of those.
const NEWEST: &str = sql!(
    "SELECT min(at) FROM (
        SELECT max(rowid), at FROM event
        UNION ALL SELECT max(rowid), at FROM cancelled
        UNION ALL SELECT max(rowid), at FROM call
    )"
);

impl McpSession {
    /// Evicts the object: stops its task, closes its WebSockets, deletes its storage and leaves the registry.
    pub(super) async fn let_go(&self) -> worker_kit::Result<()> {
        self.stop_task()?;
        for socket in self.state.get_websockets() {
            close(&socket);
        }
        self.forget_and_leave().await
    }

    /// The alarm: deletes what has expired. When nothing is left, the storage and the alarm are deleted.
    pub(super) async fn sweep(&self) -> worker_kit::Result<()> {
        self.alarm_at.set(None);
        if !self.is_held()? {
            return Ok(());
        }
        self.drop_old()?;
        if self.is_finished()? {
            return self.forget_and_leave().await;
        }
        if let Some(principal) = self.principal() {
            self.feed.tell_sessions(&self.env, &principal).await?;
        } else if !self.state.get_websockets().is_empty() {
            self.seen()?;
        }
        self.set_next_alarm().await
    }

    /// Sets the alarm to the next expiry, unless it is set to that or an earlier time.
    pub(super) async fn keep_alarm(&self) -> worker_kit::Result<()> {
        let now = now_ms();
        // Nothing added now expires sooner.
        let soonest = now.saturating_add(milliseconds(self.retention.events.min(self.retention.abandoned)));
        let is_set_until = |until: u64| self.alarm_at.get().is_some_and(|at| now < at && at <= until);
        if !self.is_held()? || (is_set_until(soonest) && self.principal().is_none()) {
            return Ok(());
        }
        let Some(end) = self.next_end()? else { return Ok(()) };
        if self.alarm_at.get().is_none() {
            let known = self.storage.platform().get_alarm().await?;
            self.alarm_at.set(known.and_then(|at| u64::try_from(at).ok()));
        }
        if is_set_until(end) { Ok(()) } else { self.set_alarm(end).await }
    }

    /// Sets the alarm to the next expiry, or deletes it where there is none.
    async fn set_next_alarm(&self) -> worker_kit::Result<()> {
        match self.next_end()? {
            Some(end) => self.set_alarm(end).await,
            None => self.delete_alarm().await,
        }
    }

    async fn set_alarm(&self, at: u64) -> worker_kit::Result<()> {
        self.alarm_at.set(Some(at));
        let after = Duration::from_millis(at.saturating_sub(now_ms()));
        Ok(self.storage.platform().set_alarm(after).await?)
    }

    async fn delete_alarm(&self) -> worker_kit::Result<()> {
        self.alarm_at.set(None);
        Ok(self.storage.platform().delete_alarm().await?)
    }

    /// The time of the next expiry, in milliseconds since 1970; of a registry, the time at which its feed is due.
    fn next_end(&self) -> worker_kit::Result<Option<u64>> {
        if self.principal().is_some() {
            return Ok(self.feed.due()?.map(|due| due.max(now_ms().saturating_add(SAFETY_MS))));
        }
        // By then all older rows have expired too, so there are at most two alarms in that time, however many rows come.
        let newest = optional_number(self.sql()?, NEWEST, &[])?;
        let aged = newest.map(|at| at.saturating_add(milliseconds(self.retention.events)));
        let ends = [self.task_expires()?, self.forgotten_at()?, self.abandoned_at()?, aged];
        Ok(ends.into_iter().flatten().min())
    }

    /// When a session without open streams expires, in milliseconds since 1970.
    pub(super) fn abandoned_at(&self) -> worker_kit::Result<Option<u64>> {
        let seen: Option<u64> = self.setting(SEEN)?.and_then(|at| at.parse().ok());
        let is_task = self.task_expires()?.is_some();
        Ok(seen.filter(|_| !is_task).map(|seen| seen.saturating_add(milliseconds(self.retention.abandoned))))
    }

    /// When the note expires that an earlier version ended the session: at once, if the session is entered in a registry.
    fn forgotten_at(&self) -> worker_kit::Result<Option<u64>> {
        let over: Option<u64> = self.setting(OVER)?.and_then(|at| at.parse().ok());
        let remembered_ms = if self.setting(HOLDER)?.is_some() { 0 } else { OVER_MS };
        Ok(over.map(|over| over.saturating_add(remembered_ms)))
    }

    /// Whether nothing is left to hold.
    fn is_finished(&self) -> worker_kit::Result<bool> {
        let now = now_ms();
        if self.principal().is_some() {
            return self.is_registry_empty();
        }
        if let Some(end) = [self.task_expires()?, self.forgotten_at()?].into_iter().flatten().min() {
            return Ok(end <= now);
        }
        // Earlier versions left sessions without a time of their last use.
        let is_abandoned = self.abandoned_at()?.is_none_or(|end| end <= now);
        Ok(is_abandoned && self.state.get_websockets().is_empty())
    }

    fn is_registry_empty(&self) -> worker_kit::Result<bool> {
        let entered = self.count("SELECT count(*) AS count FROM member")?;
        Ok(entered == 0 && self.feed.subscribers()?.is_empty() && self.state.get_websockets().is_empty())
    }

    /// Deletes the rows that have reached their age.
    fn drop_old(&self) -> worker_kit::Result<()> {
        let oldest = now_ms().saturating_sub(milliseconds(self.retention.events));
        for table in AGING {
            self.run(&format!("DELETE FROM {table} WHERE at <= ?"), &[&oldest])?;
        }
        self.kept.forget();
        Ok(())
    }

    /// Deletes the storage of a registry that is empty.
    pub(super) async fn forget_if_empty(&self) -> worker_kit::Result<()> {
        if self.is_held()? && self.is_registry_empty()? { self.forget_everything().await } else { Ok(()) }
    }

    /// Deletes the storage, then leaves the registry: in the other order, what is stored during that call would be deleted.
    async fn forget_and_leave(&self) -> worker_kit::Result<()> {
        let holder = self.holder()?;
        self.forget_everything().await?;
        if let Some(holder) = holder {
            self.leave_registry(&holder).await;
        }
        Ok(())
    }

    pub(super) async fn forget_everything(&self) -> worker_kit::Result<()> {
        self.delete_alarm().await?;
        self.storage.delete_all().await
    }
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
