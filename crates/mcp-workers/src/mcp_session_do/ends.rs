//! When what the object holds ends, and how it lets go of it: of what is old, and with the last of it of everything.
//!
//! An alarm comes for the next end, and for nothing else. What a registry has ends when it is next asked something.

use std::time::Duration;

use worker_kit::sql::{integer, optional_number};

use super::holding::HOLDER;
use super::registry::OVER_MS;
use super::session::OVER;
use super::session_object::McpSession;
use crate::clock::now_ms;
use crate::held_sockets::close;

/// When the alarm looks after what was just changed, should whoever tells of it behind the answer be stopped. In milliseconds.
const SAFETY_MS: u64 = 5_000;

/// The tables of what ends by its age.
const AGING: [&str; 3] = ["event", "answer", "cancelled"];

impl McpSession {
    /// Lets go of everything: another has a better right to the room.
    pub(super) async fn let_go(&self) -> worker::Result<()> {
        self.stop_task()?;
        for socket in self.state.get_websockets() {
            close(&socket);
        }
        self.forget_and_leave().await
    }

    /// Lets go of what has ended. Where that is all, nothing is left, nor an alarm.
    pub(super) async fn sweep(&self) -> worker::Result<()> {
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

    /// Sees to it that an alarm comes at the next end.
    pub(super) async fn keep_alarm(&self) -> worker::Result<()> {
        let now = now_ms();
        // What is new now does not end sooner.
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

    /// Sets the alarm for the next end, or takes it away where there is none.
    async fn set_next_alarm(&self) -> worker::Result<()> {
        match self.next_end()? {
            Some(end) => self.set_alarm(end).await,
            None => self.delete_alarm().await,
        }
    }

    async fn set_alarm(&self, at: u64) -> worker::Result<()> {
        self.alarm_at.set(Some(at));
        let after = Duration::from_millis(at.saturating_sub(now_ms()));
        self.storage.platform().set_alarm(after).await
    }

    async fn delete_alarm(&self) -> worker::Result<()> {
        self.alarm_at.set(None);
        self.storage.platform().delete_alarm().await
    }

    /// When something ends, or, of a registry, somebody is to be told, in milliseconds since 1970.
    fn next_end(&self) -> worker::Result<Option<u64>> {
        if self.principal().is_some() {
            return Ok(self.feed.due()?.map(|due| due.max(now_ms().saturating_add(SAFETY_MS))));
        }
        let mut ends = vec![self.task_expires()?, self.forgotten_at()?, self.abandoned_at()?];
        for table in AGING {
            // With it go those before it; so there are two alarms in that time at most, however much comes.
            let newest = format!("SELECT at FROM {table} ORDER BY rowid DESC LIMIT 1");
            let newest = optional_number(self.sql()?, &newest, Vec::new())?;
            ends.push(newest.map(|at| at.saturating_add(milliseconds(self.retention.events))));
        }
        Ok(ends.into_iter().flatten().min())
    }

    /// When a session is dropped to which nobody listens until then.
    pub(super) fn abandoned_at(&self) -> worker::Result<Option<u64>> {
        let seen: Option<u64> = self.setting("seen")?.and_then(|at| at.parse().ok());
        let is_task = self.task_expires()?.is_some();
        Ok(seen.filter(|_| !is_task).map(|seen| seen.saturating_add(milliseconds(self.retention.abandoned))))
    }

    /// When it may be forgotten here that an earlier version ended the session: at once, where the registry knows.
    fn forgotten_at(&self) -> worker::Result<Option<u64>> {
        let over: Option<u64> = self.setting(OVER)?.and_then(|at| at.parse().ok());
        let remembered_ms = if self.setting(HOLDER)?.is_some() { 0 } else { OVER_MS };
        Ok(over.map(|over| over.saturating_add(remembered_ms)))
    }

    /// Whether there is nothing left to hold.
    fn is_finished(&self) -> worker::Result<bool> {
        let now = now_ms();
        if self.principal().is_some() {
            return self.is_registry_empty();
        }
        if let Some(end) = [self.task_expires()?, self.forgotten_at()?].into_iter().flatten().min() {
            return Ok(end <= now);
        }
        // Earlier versions left sessions that nobody had been seen to listen to.
        let is_abandoned = self.abandoned_at()?.is_none_or(|end| end <= now);
        Ok(is_abandoned && self.state.get_websockets().is_empty())
    }

    fn is_registry_empty(&self) -> worker::Result<bool> {
        let entered = self.count("SELECT count(*) AS count FROM member")?;
        Ok(entered == 0 && self.feed.subscribers()?.is_empty() && self.state.get_websockets().is_empty())
    }

    /// Drops what has reached its age.
    fn drop_old(&self) -> worker::Result<()> {
        let oldest = integer(now_ms().saturating_sub(milliseconds(self.retention.events)))?;
        for table in AGING {
            self.run(&format!("DELETE FROM {table} WHERE at <= ?"), vec![oldest.clone()])?;
        }
        self.kept.forget();
        Ok(())
    }

    /// A registry that has nobody any more leaves no trace.
    pub(super) async fn forget_if_empty(&self) -> worker::Result<()> {
        if self.is_held()? && self.is_registry_empty()? { self.forget_everything().await } else { Ok(()) }
    }

    /// In this order: what is held again meanwhile is not forgotten.
    async fn forget_and_leave(&self) -> worker::Result<()> {
        let holder = self.holder()?;
        self.forget_everything().await?;
        if let Some(holder) = holder {
            self.leave_registry(&holder).await;
        }
        Ok(())
    }

    pub(super) async fn forget_everything(&self) -> worker::Result<()> {
        self.holding.set(None);
        self.kept.forget();
        self.delete_alarm().await?;
        self.storage.delete_all().await
    }
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
