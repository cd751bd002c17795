//! Writing the queued records to KV.

use std::{
    cell::{Cell, RefCell},
    future::Future,
};

use futures_util::future::LocalBoxFuture;
use litemap::LiteMap;
use worker_kit::together::all;

use crate::row::{FIRST_PAUSE_MS, PACE_MS, Row, pause_ms};

/// The most KV operations of one run. The platform allows 1,000 in one invocation; the rest is left to the caller.
pub const OPERATIONS: usize = 900;

/// How many writes are under way at once: as many connections as the platform lets an invocation have.
const AT_ONCE: usize = 6;

/// The state of an outage: no write of the last batch succeeded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outage {
    /// How many batches in a row failed as a whole; 0: there is no outage.
    pub failures: u32,
    /// When the next probe, a write of one record, is due, in milliseconds since the epoch.
    pub probe_at: u64,
}

/// How far KV is behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// How many records have changes that KV does not have.
    pub records: u64,
    /// The time of the oldest of these changes, in milliseconds since the epoch; `None`: there is none.
    pub since: Option<u64>,
}

/// The storage of the queue: that of the records, so that both change in one transaction.
pub trait Queue {
    /// The error of the object's storage.
    type Error;

    /// The row of a record; `None`: it is not queued, and KV has its current state.
    ///
    /// # Errors
    /// The storage's.
    fn row(&self, id: &str) -> Result<Option<Row>, Self::Error>;

    /// Stores the row of a record that has just changed ([`Row::changed`]).
    ///
    /// # Errors
    /// The storage's.
    fn changed(&self, id: &str, now: u64, earliest: u64) -> Result<(), Self::Error> {
        self.put(&Row::changed(self.row(id)?, id, now, earliest))
    }

    /// Stores a row, in place of one of the same record.
    ///
    /// # Errors
    /// The storage's.
    fn put(&self, row: &Row) -> Result<(), Self::Error>;

    /// Deletes the row of a record, if there is one.
    ///
    /// # Errors
    /// The storage's.
    fn remove(&self, id: &str) -> Result<(), Self::Error>;

    /// Up to `limit` rows that are due, the longest due first.
    ///
    /// # Errors
    /// The storage's.
    fn due(&self, now: u64, limit: usize) -> Result<Vec<Row>, Self::Error>;

    /// When the next row is due.
    ///
    /// # Errors
    /// The storage's.
    fn next_due(&self) -> Result<Option<u64>, Self::Error>;

    /// Marks every row that is not copied as doubted ([`Row::doubted`]).
    ///
    /// # Errors
    /// The storage's.
    fn doubt(&self, now: u64) -> Result<(), Self::Error>;

    /// The outage stored by [`Self::set_outage`]; [`Outage::default`] if none was.
    ///
    /// # Errors
    /// The storage's.
    fn outage(&self) -> Result<Outage, Self::Error>;

    /// Stores the state of an outage.
    ///
    /// # Errors
    /// The storage's.
    fn set_outage(&self, outage: Outage) -> Result<(), Self::Error>;

    /// How far KV is behind, by the rows that are not copied.
    ///
    /// # Errors
    /// The storage's.
    fn lag(&self) -> Result<Lag, Self::Error>;
}

/// The records.
pub trait Records {
    /// The error of the object's storage, as the queue's.
    type Error;

    /// A record as JSON; `None`: it does not exist, and is to be deleted in KV.
    ///
    /// # Errors
    /// The storage's.
    fn json(&self, id: &str) -> Result<Option<String>, Self::Error>;
}

/// The destination of the copy.
pub trait Target {
    /// Writes a record, or deletes it where `json` is `None`.
    ///
    /// # Errors
    /// A text for the log, unless the write is certain to have succeeded.
    fn write(&self, id: &str, json: Option<&str>) -> impl Future<Output = Result<(), String>>;
}

/// The outcome of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// How many writes succeeded.
    pub taken: usize,
    /// How many writes failed. Each is repeated after a pause that grows with its failures.
    pub refused: usize,
    /// The error of the first that failed.
    pub error: Option<String>,
}

/// The copy of one object's records.
pub struct KvCopy<Q> {
    queue: Q,
    /// When what was written last may be written again, by id. Rows that have left the queue keep no time elsewhere.
    next: RefCell<LiteMap<String, u64>>,
    /// One run at a time, so that writes to one key are never under way twice.
    running: Cell<bool>,
    /// How many changes this instance has queued, those that were rolled back included: whether a row may be another than it was.
    changes: Cell<u64>,
    /// The outage, once it was read.
    outage: Cell<Option<Outage>>,
    /// Until when nothing is to be written, in milliseconds since the epoch.
    held: Cell<u64>,
    /// No row is due before, in milliseconds since the epoch. It may be earlier than the first that is: it is known exactly after a look that
    /// found none.
    quiet: Cell<u64>,
    /// Whether a run was dropped half-way, by this instance or an earlier one: its writes in flight may take effect at any time.
    dropped: Cell<bool>,
}

impl<Q: Queue> KvCopy<Q> {
    /// The copy of an object that was just loaded. Call [`doubt`](Self::doubt) first.
    pub fn found(queue: Q) -> Self {
        let (running, dropped) = (Cell::new(false), Cell::new(true));
        Self {
            queue,
            next: RefCell::default(),
            running,
            changes: Cell::default(),
            outage: Cell::default(),
            held: Cell::default(),
            quiet: Cell::default(),
            dropped,
        }
    }

    /// Marks the rows that are not copied as doubted: their writes may have been in flight when an earlier instance was killed. Does
    /// nothing if that was done already.
    ///
    /// # Errors
    /// The queue's. Then the next run does it, before it writes anything.
    pub fn doubt(&self, now: u64) -> Result<(), Q::Error> {
        if self.dropped.get() {
            self.quiet.set(0);
            self.queue.doubt(now)?;
            self.dropped.set(false);
        }
        Ok(())
    }

    /// Queues a record that was changed, made or deleted. Call it in the transaction of the change.
    ///
    /// # Errors
    /// The queue's.
    pub fn changed(&self, id: &str, now: u64) -> Result<(), Q::Error> {
        let next = self.next.try_borrow().ok().and_then(|next| next.get(id).copied());
        let earliest = next.map_or(now, |next| now.max(next));
        self.note_change();
        self.expect(earliest);
        self.queue.changed(id, now, earliest)
    }

    /// As [`changed`](Self::changed), where another writer may have a write of this record in flight: it is written at once, and once
    /// more a minute later.
    ///
    /// # Errors
    /// The queue's.
    pub fn changed_in_doubt(&self, id: &str, now: u64) -> Result<(), Q::Error> {
        self.note_change();
        self.put(&Row::changed(self.queue.row(id)?, id, now, now).doubted(now))
    }

    fn put(&self, row: &Row) -> Result<(), Q::Error> {
        self.expect(row.due_at);
        self.queue.put(row)
    }

    /// Some row may be due then.
    fn expect(&self, due_at: u64) {
        self.quiet.set(self.quiet.get().min(due_at));
    }

    fn note_change(&self) {
        self.changes.set(self.changes.get().wrapping_add(1));
    }

    /// The outage. It is read once: nobody else changes it.
    fn outage(&self) -> Result<Outage, Q::Error> {
        if let Some(outage) = self.outage.get() {
            return Ok(outage);
        }
        let outage = self.queue.outage()?;
        self.outage.set(Some(outage));
        Ok(outage)
    }

    fn set_outage(&self, outage: Outage) -> Result<(), Q::Error> {
        self.outage.set(None);
        self.queue.set_outage(outage)?;
        self.outage.set(Some(outage));
        Ok(())
    }

    /// Whether a run is in progress.
    pub fn is_running(&self) -> bool {
        self.running.get()
    }

    /// Whether a row may be due for which no run is in progress.
    pub fn may_be_due(&self, now: u64) -> bool {
        !self.running.get() && self.quiet.get() <= now
    }

    /// Has nothing written until then, in milliseconds since the epoch, for as long as this instance lives. Writes in flight end.
    pub fn hold(&self, until: u64) {
        self.held.set(until);
    }

    /// When the next run is due, in milliseconds since the epoch; `None`: the queue is empty.
    ///
    /// # Errors
    /// The queue's.
    pub fn due(&self) -> Result<Option<u64>, Q::Error> {
        let Some(due) = self.queue.next_due()? else { return Ok(None) };
        let outage = self.outage()?;
        let due = due.max(self.held.get());
        Ok(Some(if outage.failures > 0 { due.max(outage.probe_at) } else { due }))
    }

    /// How far KV is behind.
    ///
    /// # Errors
    /// The queue's.
    pub fn lag(&self) -> Result<Lag, Q::Error> {
        self.queue.lag()
    }

    /// Writes the rows that are due to KV, up to [`OPERATIONS`]. `None`: another run is in progress.
    ///
    /// # Errors
    /// The queue's, or the records'. Batches that were completed before it are noted.
    pub async fn run<R: Records<Error = Q::Error>>(
        &self,
        records: &R,
        target: &impl Target,
        now: impl Fn() -> u64,
    ) -> Result<Option<Ran>, Q::Error> {
        if self.running.replace(true) {
            return Ok(None);
        }
        let mut turn = Turn { running: &self.running, dropped: &self.dropped, under_way: true };
        let ran = self.run_alone(records, target, now).await;
        // What ended with an error has not noted how every write ended.
        turn.under_way = ran.is_err();
        ran.map(Some)
    }

    async fn run_alone<R: Records<Error = Q::Error>>(
        &self,
        records: &R,
        target: &impl Target,
        now: impl Fn() -> u64,
    ) -> Result<Ran, Q::Error> {
        self.doubt(now())?;
        let mut ran = Ran::default();
        let mut left = OPERATIONS;
        let mut outage = self.outage()?;
        loop {
            let is_out = outage.failures > 0;
            if left == 0 || now() < self.held.get() || is_out && now() < outage.probe_at {
                break;
            }
            let (begun, changes) = (now(), self.changes.get());
            if begun < self.quiet.get() {
                break;
            }
            let most = if is_out { 1 } else { left.min(AT_ONCE) };
            let due = self.queue.due(begun, most)?;
            if due.is_empty() {
                self.quiet.set(self.queue.next_due()?.unwrap_or(u64::MAX));
                break;
            }
            let is_last = due.len() < most;
            left = left.saturating_sub(due.len());
            let mut writes: Vec<LocalBoxFuture<'_, _>> = Vec::with_capacity(due.len());
            for mut row in due {
                if row.copied {
                    row = row.begun(begun);
                    self.put(&row)?;
                }
                let json = records.json(&row.id)?;
                let now = &now;
                writes.push(Box::pin(async move {
                    let result = target.write(&row.id, json.as_deref()).await;
                    (row, result, now())
                }));
            }
            let mut is_any_taken = false;
            for (row, result, ended) in all(writes).await {
                let pause = if result.is_ok() { PACE_MS } else { FIRST_PAUSE_MS };
                self.written(&row.id, ended, ended.saturating_add(pause));
                let (id, version) = (row.id.clone(), row.version);
                // It is as it was, unless something was queued meanwhile.
                let current = if self.changes.get() == changes { Some(row) } else { self.queue.row(&id)? };
                let Some(current) = current else { continue };
                match result {
                    Ok(()) => {
                        is_any_taken = true;
                        ran.taken = ran.taken.saturating_add(1);
                        match current.taken(version, begun, ended) {
                            Some(rest) => self.put(&rest)?,
                            None => self.queue.remove(&id)?,
                        }
                    }
                    Err(error) => {
                        ran.refused = ran.refused.saturating_add(1);
                        ran.error.get_or_insert(error);
                        self.put(&current.refused(ended))?;
                    }
                }
            }
            if !is_any_taken {
                let failures = outage.failures.saturating_add(1);
                outage = Outage { failures, probe_at: now().saturating_add(pause_ms(failures)) };
                self.set_outage(outage)?;
            } else if is_out {
                outage = Outage::default();
                self.set_outage(outage)?;
            }
            // What was queued meanwhile leaves its writes to this run.
            if is_last && self.changes.get() == changes {
                break;
            }
        }
        Ok(ran)
    }

    /// A record was written, and may be written again at `next`.
    fn written(&self, id: &str, now: u64, next: u64) {
        if let Ok(mut known) = self.next.try_borrow_mut() {
            known.retain(|_, next| now < *next);
            known.insert(id.to_owned(), next);
        }
    }
}

/// The lock of a run. It is released on drop, also where the platform drops the run half-way.
struct Turn<'a> {
    running: &'a Cell<bool>,
    dropped: &'a Cell<bool>,
    under_way: bool,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if self.under_way {
            self.dropped.set(true);
        }
        self.running.set(false);
    }
}
