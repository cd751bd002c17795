//! The feed itself, as the object that embeds it has it.

use std::{cell::Cell, rc::Rc, time::Duration};

use mcp::ResourceChange;
use worker_kit::{
    shares::{Share, Shares},
    storage::ObjectStorage,
};

use super::{subscriber::Subscriber, tables::Tables};
use crate::{clock::now_ms, limits::Limits, retention::Retention};

/// The feed of one principal's changes, in the object that embeds it.
pub struct ChangeFeed {
    pub(super) storage: Rc<ObjectStorage>,
    subscribers: Shares,
    pub(super) listening: Shares,
    abandoned: Duration,
    pub(super) telling: Cell<bool>,
}

impl ChangeFeed {
    /// The feed of the object whose storage this is, with the limits and times that sessions have by default.
    pub fn new(storage: Rc<ObjectStorage>) -> Self {
        Self::with(storage, &Limits::default(), Retention::default())
    }

    pub(crate) fn with(storage: Rc<ObjectStorage>, limits: &Limits, retention: Retention) -> Self {
        let Limits { subscribers, listening, .. } = *limits;
        Self { storage, subscribers, listening, abandoned: retention.abandoned, telling: Cell::default() }
    }

    /// Has a session told of changes from now on. Gives those that gave way to it: [`send_away`](super::send_away) tells them.
    ///
    /// # Errors
    /// The storage's.
    pub fn subscribe(&self, subscriber: &Subscriber) -> worker::Result<Vec<String>> {
        let tables = Tables(self.storage.tables()?);
        let others = tables.others(&subscriber.session)?;
        let shares: Vec<Share<'_>> =
            others.iter().map(|other| Share { owner: &other.client, since: other.at }).collect();
        let gone = self.subscribers.give_way(&shares, &subscriber.client).into_iter();
        let gone: Vec<String> =
            gone.filter_map(|place| others.get(place)).map(|other| other.session.clone()).collect();
        for session in &gone {
            tables.forget(session)?;
        }
        tables.enter(subscriber, now_ms(), self.next_look())?;
        Ok(gone)
    }

    /// Has a session that is over told no more. One that only unsubscribed says so when it is next told: it may subscribe again
    /// meanwhile.
    ///
    /// # Errors
    /// The storage's.
    pub fn unsubscribe(&self, session: &str) -> worker::Result<()> {
        let Some(sql) = self.storage.existing()? else { return Ok(()) };
        Tables(sql).forget(session)?;
        Tables(sql).forget_told()
    }

    /// Stores what changed until the sessions have been told; nothing, where there are none. For the transaction of the change.
    ///
    /// # Errors
    /// The storage's.
    pub fn changed(&self, changes: &[ResourceChange]) -> worker::Result<()> {
        match self.storage.existing()? {
            Some(sql) if !changes.is_empty() && Tables(sql).has_audience()? => Tables(sql).keep(changes),
            _ => Ok(()),
        }
    }

    /// When [`tell_sessions`](Self::tell_sessions) has something to do: somebody to tell, or to ask whether they still want to hear. In
    /// milliseconds since the epoch.
    ///
    /// # Errors
    /// The storage's.
    pub fn due(&self) -> worker::Result<Option<u64>> {
        self.storage.existing()?.map_or(Ok(None), |sql| Tables(sql).due())
    }

    /// Who is told.
    pub(crate) fn subscribers(&self) -> worker::Result<Vec<Subscriber>> {
        self.storage.existing()?.map_or_else(|| Ok(Vec::new()), |sql| Tables(sql).subscribers())
    }

    /// Tells nobody any more.
    pub(crate) fn forget_subscribers(&self) -> worker::Result<()> {
        self.storage.existing()?.map_or(Ok(()), |sql| Tables(sql).forget_all())
    }

    /// Whether somebody is at telling: whoever is goes on until nothing is due.
    pub fn is_telling(&self) -> bool {
        self.telling.get()
    }

    /// When to look again whether a session that was heard of now still wants to hear.
    pub(super) fn next_look(&self) -> u64 {
        now_ms().saturating_add(u64::try_from(self.abandoned.as_millis()).unwrap_or(u64::MAX))
    }
}
