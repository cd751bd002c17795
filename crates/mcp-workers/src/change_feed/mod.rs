//! Changes of a principal's, told from the object in which they are made.
//!
//! An object that has what changes embeds a [`ChangeFeed`]. It knows which sessions want to hear, in tables of its own beside the
//! object's ([`SCHEMA`]), so that a change which nobody wants to hear of asks no object and stores nothing. What is to be told is stored in
//! the transaction of the change, and stays until every session was told, also when the object is killed in between. Sessions are
//! told behind the answer, side by side, each in one call with all that is new to it, and none for longer than a moment. One that cannot
//! be reached is tried again, later and later; one that wants to hear of nothing is forgotten.
//!
//! A change may be told twice, where the object was killed just then: it is a hint to look, and looking twice is harmless.
//!
//! Where no object has what changes, the principal's registry has the feed ([`crate::changed`]).
//!
//! # What the object does
//! * Its schema has [`SCHEMA`] as a migration. Where its earlier releases left subscriptions to the registry, [`adopt`] is one too.
//! * It answers the three questions of a [`FeedClient`](crate::FeedClient) with [`ChangeFeed::subscribe`], [`ChangeFeed::unsubscribe`] and
//!   [`ChangeFeed::listen`].
//! * It calls [`ChangeFeed::changed`] in the transaction of a change, and [`ChangeFeed::tell_listeners`] and [`ChangeFeed::tell_sessions`]
//!   after it, the latter behind the answer.
//! * Its alarm comes at [`ChangeFeed::due`] at the latest, and calls [`ChangeFeed::tell_sessions`].
//!
//! # Layout
//! * [`tables`]: who wants to hear, and what they have yet to be told.
//! * [`listeners`]: those who listen, on a WebSocket; nothing is kept for them.
//! * [`telling`]: how sessions are told.

mod listeners;
mod tables;
mod telling;

use std::{cell::Cell, rc::Rc, time::Duration};

use mcp::ResourceChange;
use serde::{Deserialize, Serialize};
use worker_kit::{
    shares::{Share, Shares},
    storage::ObjectStorage,
};

use self::tables::Tables;
pub use self::tables::{SCHEMA, adopt};
pub use self::telling::send_away;
use crate::{clock::now_ms, limits::Limits, retention::Retention};

/// A session that wants to hear of changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    /// Its name.
    pub(crate) session: String,
    /// Whose it is: [`Holder`](crate::Holder)'s digest.
    pub(crate) client: String,
}

/// The feed of one principal's changes, in the object that embeds it.
pub struct ChangeFeed {
    storage: Rc<ObjectStorage>,
    told: Shares,
    listening: Shares,
    abandoned: Duration,
    telling: Cell<bool>,
}

impl ChangeFeed {
    /// The feed of the object whose storage this is, with the limits and times that sessions have by default.
    pub fn new(storage: Rc<ObjectStorage>) -> Self {
        Self::with(storage, &Limits::default(), Retention::default())
    }

    pub(crate) fn with(storage: Rc<ObjectStorage>, limits: &Limits, retention: Retention) -> Self {
        let Limits { told, listening, .. } = *limits;
        Self { storage, told, listening, abandoned: retention.abandoned, telling: Cell::default() }
    }

    /// Has a session told of changes from now on. Gives those that gave way to it: [`send_away`] tells them.
    ///
    /// # Errors
    /// The storage's.
    pub fn subscribe(&self, subscriber: &Subscriber) -> worker::Result<Vec<String>> {
        let tables = Tables(self.storage.tables()?);
        let others = tables.others(&subscriber.session)?;
        let shares: Vec<Share<'_>> =
            others.iter().map(|other| Share { owner: &other.client, since: other.at }).collect();
        let gone = self.told.give_way(&shares, &subscriber.client).into_iter();
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
    fn next_look(&self) -> u64 {
        now_ms().saturating_add(u64::try_from(self.abandoned.as_millis()).unwrap_or(u64::MAX))
    }
}
