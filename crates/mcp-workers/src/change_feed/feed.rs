//! The feed, for the object that embeds it.

use std::{cell::Cell, rc::Rc, time::Duration};

use mcp::ResourceChange;
use worker_kit::{
    clock::now_ms,
    shares::{Share, Shares},
    storage::{Known, ObjectStorage},
};

use super::{subscriber::Subscriber, tables::Tables};
use crate::{limits::Limits, retention::Retention};

/// The feed of one principal's changes, in the object that embeds it.
pub struct ChangeFeed {
    pub(super) storage: Rc<ObjectStorage>,
    subscribers: Shares,
    pub(super) listening: Shares,
    abandoned: Duration,
    pub(super) telling: Cell<bool>,
    /// Known: there are no subscribers, and no registry that may have some.
    pub(super) deserted: Known<()>,
}

impl ChangeFeed {
    /// The feed of the object with this storage, with the default [`Limits`] and [`Retention`].
    pub fn new(storage: Rc<ObjectStorage>) -> Self {
        Self::with(storage, &Limits::default(), Retention::default())
    }

    pub(crate) fn with(storage: Rc<ObjectStorage>, limits: &Limits, retention: Retention) -> Self {
        let Limits { subscribers, listening, .. } = *limits;
        Self {
            deserted: storage.known(),
            storage,
            subscribers,
            listening,
            abandoned: retention.abandoned,
            telling: Cell::default(),
        }
    }

    /// Subscribes a session to changes from now on. Returns the names of the sessions evicted for it, to be passed to
    /// [`evict`](super::evict).
    ///
    /// # Errors
    /// The storage's.
    pub fn subscribe(&self, subscriber: &Subscriber) -> worker_kit::Result<Vec<String>> {
        let tables = Tables(self.storage.tables()?);
        let others = tables.others(&subscriber.session)?;
        let shares: Vec<Share<'_>> =
            others.iter().map(|other| Share { owner: &other.client, since: other.at }).collect();
        let gone = self.subscribers.evictions(&shares, &subscriber.client).into_iter();
        let gone: Vec<String> =
            gone.filter_map(|place| others.get(place)).map(|other| other.session.clone()).collect();
        for session in &gone {
            tables.forget(session)?;
        }
        self.deserted.forget();
        tables.enter(subscriber, now_ms(), self.next_look())?;
        Ok(gone)
    }

    /// Removes a session that has ended. A session that only unsubscribed from its resources is removed when it is next notified: it
    /// may subscribe again until then.
    ///
    /// # Errors
    /// The storage's.
    pub fn unsubscribe(&self, session: &str) -> worker_kit::Result<()> {
        let Some(sql) = self.storage.existing()? else { return Ok(()) };
        Tables(sql).forget(session)?;
        Tables(sql).forget_told()
    }

    /// Stores changes until the sessions were notified of them; does nothing without subscribers. To be called in the transaction of the
    /// change. Gives whether there is anybody to notify: then [`tell_sessions`](Self::tell_sessions) has to run.
    ///
    /// # Errors
    /// The storage's.
    pub fn changed(&self, changes: &[ResourceChange]) -> worker_kit::Result<bool> {
        if changes.is_empty() || self.deserted.get().is_some() {
            return Ok(false);
        }
        let Some(sql) = self.storage.existing()? else { return Ok(false) };
        let has_audience = Tables(sql).has_audience()?;
        if has_audience {
            Tables(sql).keep(changes)?;
        } else {
            self.deserted.set(());
        }
        Ok(has_audience)
    }

    /// When [`tell_sessions`](Self::tell_sessions) must run next, to notify sessions or to ask whether they are still subscribed. In
    /// milliseconds since 1970; `None`: not at all.
    ///
    /// # Errors
    /// The storage's.
    pub fn due(&self) -> worker_kit::Result<Option<u64>> {
        self.storage.existing()?.map_or(Ok(None), |sql| Tables(sql).due())
    }

    /// The subscribed sessions, the oldest first.
    pub(crate) fn subscribers(&self) -> worker_kit::Result<Vec<Subscriber>> {
        self.storage.existing()?.map_or_else(|| Ok(Vec::new()), |sql| Tables(sql).subscribers())
    }

    /// Deletes all subscriptions and stored changes.
    pub(crate) fn forget_subscribers(&self) -> worker_kit::Result<()> {
        self.storage.existing()?.map_or(Ok(()), |sql| Tables(sql).forget_all())
    }

    /// Whether [`tell_sessions`](Self::tell_sessions) is running. It runs until nothing is due.
    pub fn is_telling(&self) -> bool {
        self.telling.get()
    }

    /// When to ask a session that is active now whether it is still subscribed, in milliseconds since 1970.
    pub(super) fn next_look(&self) -> u64 {
        now_ms().saturating_add(u64::try_from(self.abandoned.as_millis()).unwrap_or(u64::MAX))
    }
}
