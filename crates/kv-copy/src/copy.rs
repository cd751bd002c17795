//! Working the queue off.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    future::Future,
};

use futures_util::future::join_all;

use crate::row::{PACE_MS, Row, pause_ms};

/// The most KV operations of one run. An invocation may have a thousand, and whoever calls may have some of its own.
pub const OPERATIONS: usize = 900;

/// How many writes are under way at once.
const AT_ONCE: usize = 50;

/// That nothing went through at last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outage {
    /// How many tries in a row went wrong as a whole; 0: there is no outage.
    pub failures: u32,
    /// When one record is tried, in milliseconds since the epoch.
    pub probe_at: u64,
}

/// How far KV is behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// How many records KV does not have as they are.
    pub records: u64,
    /// Since when that is so of the oldest, in milliseconds since the epoch.
    pub since: Option<u64>,
}

/// Where the queue is kept: with the records, so that both change in one transaction.
pub trait Queue {
    /// How reading or writing the queue fails: the error of the object's storage.
    type Error;

    /// The row of a record; `None`: it is not queued, and KV has it as it is.
    ///
    /// # Errors
    /// The storage's.
    fn row(&self, id: &str) -> Result<Option<Row>, Self::Error>;

    /// Keeps a row, in place of the one of the same record.
    ///
    /// # Errors
    /// The storage's.
    fn put(&self, row: &Row) -> Result<(), Self::Error>;

    /// Forgets the row of a record, if there is one.
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

    /// Doubts every row that is not copied ([`Row::doubted`]).
    ///
    /// # Errors
    /// The storage's.
    fn doubt(&self, now: u64) -> Result<(), Self::Error>;

    /// What [`Self::set_outage`] was given last; [`Outage::default`] where that was never called.
    ///
    /// # Errors
    /// The storage's.
    fn outage(&self) -> Result<Outage, Self::Error>;

    /// Keeps what is known of an outage.
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

/// Where the records are kept.
pub trait Records {
    /// How reading a record fails: the same error as the queue's.
    type Error;

    /// A record as JSON; `None`: there is none, and KV must not have it either.
    ///
    /// # Errors
    /// The storage's.
    fn json(&self, id: &str) -> Result<Option<String>, Self::Error>;
}

/// Where the copy goes.
pub trait Target {
    /// Writes a record, or deletes it.
    ///
    /// # Errors
    /// Anything but the certainty that it was done, in words for the log.
    fn write(&self, id: &str, json: Option<&str>) -> impl Future<Output = Result<(), String>>;
}

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// How many writes KV took.
    pub taken: usize,
    /// How many writes failed. Each is tried again, after a pause that grows with its failures.
    pub refused: usize,
    /// Why the first of those was refused.
    pub error: Option<String>,
}

/// The copy of one object's records.
pub struct KvCopy<Q> {
    queue: Q,
    /// When what was written in the last second was written: of rows that have left the queue, nothing else knows.
    recent: RefCell<HashMap<String, u64>>,
    /// One run at a time, so that writes to one key are never under way twice.
    running: Cell<bool>,
    /// A run was dropped half-way, of this copy or of one before: what it had under way may land at any time.
    dropped: Cell<bool>,
}

impl<Q: Queue> KvCopy<Q> {
    /// The copy as an object finds it that has just come to life. It is to [doubt](Self::doubt) what it finds.
    pub fn found(queue: Q) -> Self {
        let (running, dropped) = (Cell::new(false), Cell::new(true));
        Self { queue, recent: RefCell::default(), running, dropped }
    }

    /// Doubts what is not copied: it may have been under way when the object before died. Nothing happens where that is done already.
    ///
    /// # Errors
    /// The queue's. The next run doubts it then, before it writes anything.
    pub fn doubt(&self, now: u64) -> Result<(), Q::Error> {
        if self.dropped.get() {
            self.queue.doubt(now)?;
            self.dropped.set(false);
        }
        Ok(())
    }

    /// Notes that a record was changed, made or deleted. Belongs into the transaction of the change.
    ///
    /// # Errors
    /// The queue's.
    pub fn changed(&self, id: &str, now: u64) -> Result<(), Q::Error> {
        let written = self.recent.try_borrow().ok().and_then(|recent| recent.get(id).copied());
        let earliest = written.map_or(now, |written| now.max(written.saturating_add(PACE_MS)));
        self.queue.put(&Row::changed(self.queue.row(id)?, id, now, earliest))
    }

    /// As [`changed`](Self::changed), where KV may have been given another state of the record by somebody who cannot be asked.
    ///
    /// # Errors
    /// The queue's.
    pub fn changed_in_doubt(&self, id: &str, now: u64) -> Result<(), Q::Error> {
        self.queue.put(&Row::changed(self.queue.row(id)?, id, now, now).doubted(now))
    }

    /// Whether a run is at it.
    pub fn is_running(&self) -> bool {
        self.running.get()
    }

    /// When there is something to do, in milliseconds since the epoch; `None`: KV has everything.
    ///
    /// # Errors
    /// The queue's.
    pub fn due(&self) -> Result<Option<u64>, Q::Error> {
        let Some(due) = self.queue.next_due()? else { return Ok(None) };
        let outage = self.queue.outage()?;
        Ok(Some(if outage.failures > 0 { due.max(outage.probe_at) } else { due }))
    }

    /// How far KV is behind.
    ///
    /// # Errors
    /// The queue's.
    pub fn lag(&self) -> Result<Lag, Q::Error> {
        self.queue.lag()
    }

    /// Gives KV what is due, up to [`OPERATIONS`] writes. `None`: another run is at it.
    ///
    /// # Errors
    /// The queue's, or the records'. What was written until then is noted.
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
        loop {
            let outage = self.queue.outage()?;
            let is_out = outage.failures > 0;
            if left == 0 || is_out && now() < outage.probe_at {
                break;
            }
            let begun = now();
            let due = self.queue.due(begun, if is_out { 1 } else { left.min(AT_ONCE) })?;
            if due.is_empty() {
                break;
            }
            left = left.saturating_sub(due.len());
            let mut writes = Vec::with_capacity(due.len());
            for row in due {
                if row.copied {
                    self.queue.put(&row.clone().begun(begun))?;
                }
                let json = records.json(&row.id)?;
                let now = &now;
                writes.push(async move {
                    let result = target.write(&row.id, json.as_deref()).await;
                    (row, result, now())
                });
            }
            let mut is_any_taken = false;
            for (row, result, ended) in join_all(writes).await {
                self.written(&row.id, ended);
                // It may have changed meanwhile.
                let Some(current) = self.queue.row(&row.id)? else { continue };
                match result {
                    Ok(()) => {
                        is_any_taken = true;
                        ran.taken = ran.taken.saturating_add(1);
                        match current.taken(row.version, begun, ended) {
                            Some(rest) => self.queue.put(&rest)?,
                            None => self.queue.remove(&row.id)?,
                        }
                    }
                    Err(error) => {
                        ran.refused = ran.refused.saturating_add(1);
                        ran.error.get_or_insert(error);
                        self.queue.put(&current.refused(ended))?;
                    }
                }
            }
            if is_any_taken {
                if is_out {
                    self.queue.set_outage(Outage::default())?;
                }
            } else {
                let failures = outage.failures.saturating_add(1);
                self.queue
                    .set_outage(Outage { failures, probe_at: now().saturating_add(pause_ms(failures)) })?;
            }
        }
        Ok(ran)
    }

    fn written(&self, id: &str, at: u64) {
        if let Ok(mut recent) = self.recent.try_borrow_mut() {
            recent.retain(|_, written| at < written.saturating_add(PACE_MS));
            recent.insert(id.to_owned(), at);
        }
    }
}

/// A run's turn, which ends even if the platform drops it half-way.
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
