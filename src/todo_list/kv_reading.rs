//! Reading an object's list from Workers KV, page by page.
//!
//! An object reads KV once in its life by itself, to come by its list, and again when an operator restores it ([`Purpose`]). Pages are
//! stored in a table of their own, in one transaction with the cursor, so that neither an error nor a kill loses what was read, and one
//! invocation stays within its KV operations. What becomes of them when the last one is in: [`evidence`](super::evidence).

use std::cell::Cell;

use kv_copy::{Namespace, OPERATIONS, Page, row::pause_ms};
use todo::Todo;
use worker::{SqlStorage, console_error};
use worker_kit::{sql, storage::ObjectStorage, turn::Turn};

use super::{
    evidence::Evidence,
    for_operators::Purpose,
    now_ms,
    todos::{MAX_VERSION, stage},
};

/// The longest time between two tries, in milliseconds. The list is answered with 503 meanwhile.
const LONGEST_PAUSE_MS: u64 = 30 * 1_000;

/// After so many failures in a row reading starts again from the beginning: the cursor may have become invalid.
const FAILURES_AT_ONE_PLACE: u32 = 4;

/// How often a listed key without a value is read again, which takes a minute and a half: KV may not show a new value for about a
/// minute. A key without a value after that was deleted.
const PATIENCE_WITH_MISSING: u32 = 8;

/// The greatest version of a todo that is taken: from there on a list has numbers enough for any changes.
const MOST_TAKEN: u64 = MAX_VERSION / 2;

/// The most KV operations that one page takes.
const OPERATIONS_A_PAGE: usize = 11;

/// The reader of KV.
pub(super) struct KvReading {
    sql: SqlStorage,
    /// One reader at a time.
    running: Cell<bool>,
}

/// How far reading has come, as it is stored.
pub(super) struct Place {
    pub(super) purpose: Purpose,
    cursor: Option<String>,
    /// How many tries in a row have failed.
    pub(super) failures: u32,
    /// How many tries at this place have found a listed key without a value. What fails for another reason takes nothing of the patience.
    missing: u32,
    /// When KV may be read next, in milliseconds since the epoch.
    pub(super) next_at: u64,
}

impl Place {
    fn beginning(purpose: Purpose) -> Self {
        Self { purpose, cursor: None, failures: 0, missing: 0, next_at: 0 }
    }
}

impl KvReading {
    pub(super) fn new(sql: SqlStorage) -> Self {
        Self { sql, running: Cell::new(false) }
    }

    pub(super) fn is_running(&self) -> bool {
        self.running.get()
    }

    /// How far reading has come; `None`: there is nothing to read. `has_list`: whether the object has its list.
    pub(super) fn place(&self, has_list: bool) -> worker_kit::Result<Option<Place>> {
        let query = "SELECT purpose, cursor, failures, missing, next_at FROM kv_reading";
        let Some(mut row) = sql::first_row(&self.sql, query, &[])? else {
            // Without a list, and before the first page.
            return Ok((!has_list).then(|| Place::beginning(Purpose::Migration)));
        };
        let purpose = Purpose::of_name(&row.text(0)?).ok_or("KV is read for an unknown purpose")?;
        let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
        let (failures, missing) = (count(row.number(2)?), count(row.number(3)?));
        Ok(Some(Place { purpose, cursor: row.optional_text(1)?, failures, missing, next_at: row.number(4)? }))
    }

    /// Whether nobody has begun to read what the object needs to have its list.
    pub(super) fn is_untouched(&self) -> worker_kit::Result<bool> {
        Ok(sql::optional_number(&self.sql, "SELECT 1 FROM kv_reading", &[])?.is_none())
    }

    /// Begins to read. To be called in a transaction, where nothing is being read.
    pub(super) fn begin(&self, purpose: Purpose) -> worker_kit::Result<()> {
        sql::run(&self.sql, "DELETE FROM staged", &[])?;
        self.set_place(Place::beginning(purpose))
    }

    /// Reads on, until the last page is in, something fails, or this invocation has done its share. What failed is logged, and tried
    /// again at [`Place::next_at`]. Gives what was completed.
    ///
    /// # Errors
    /// The storage's.
    pub(super) async fn run(
        &self,
        storage: &ObjectStorage,
        namespace: &Namespace,
        evidence: &Evidence<'_>,
    ) -> worker_kit::Result<Option<Purpose>> {
        let Some(_turn) = Turn::of(&self.running) else { return Ok(None) };
        let mut left = OPERATIONS;
        loop {
            let Some(place) = self.place(evidence.has_list()?)? else { return Ok(None) };
            let page = match namespace.page(place.cursor.clone(), is_record).await {
                Ok(page) => page,
                Err(error) => {
                    console_error!("the list was not read from KV: {error}");
                    return storage.transaction(|| self.start_over_at_times(place)).map(|()| None);
                }
            };
            left = left.saturating_sub(page.operations);
            if place.missing < PATIENCE_WITH_MISSING && self.needs_any(place.purpose, &page.missing)? {
                console_error!("KV lists todos that it does not show: {}", page.missing.join(", "));
                let missing = place.missing.saturating_add(1);
                return storage.transaction(|| self.fail(Place { missing, ..place })).map(|()| None);
            }
            match storage.transaction(|| self.take(page, &place, evidence)) {
                Ok(true) => return Ok(Some(place.purpose)),
                Ok(false) => {}
                Err(error) => {
                    console_error!("what KV shows of the list was not taken in: {error}");
                    return storage.transaction(|| self.start_over_at_times(place)).map(|()| None);
                }
            }
            if left < OPERATIONS_A_PAGE {
                return Ok(None);
            }
        }
    }

    fn set_place(&self, place: Place) -> worker_kit::Result<()> {
        let Place { purpose, cursor, failures, missing, next_at } = place;
        let set = "INSERT OR REPLACE INTO kv_reading (only, purpose, cursor, failures, missing, next_at) VALUES (1, ?, ?, ?, ?, ?)";
        sql::run(&self.sql, set, &[&purpose.name(), &cursor, &failures, &missing, &next_at])
    }

    /// Tries again later.
    fn fail(&self, place: Place) -> worker_kit::Result<()> {
        let failures = place.failures.saturating_add(1);
        let next_at = now_ms().saturating_add(pause_ms(failures).min(LONGEST_PAUSE_MS));
        self.set_place(Place { failures, next_at, ..place })
    }

    /// Tries again later, after several failures from the beginning.
    fn start_over_at_times(&self, mut place: Place) -> worker_kit::Result<()> {
        let failures = place.failures.saturating_add(1);
        if failures.checked_rem(FAILURES_AT_ONE_PLACE) == Some(0) && place.cursor.take().is_some() {
            sql::run(&self.sql, "DELETE FROM staged", &[])?;
        }
        self.fail(place)
    }

    /// Takes in the page that was asked for at a place; the last one completes what KV is read for. Gives whether it was the last.
    fn take(&self, page: Page, asked_at: &Place, evidence: &Evidence<'_>) -> worker_kit::Result<bool> {
        let purpose = asked_at.purpose;
        let has_list = evidence.has_list()?;
        let is_awaited = |place: Place| {
            (place.purpose, &place.cursor) == (purpose, &asked_at.cursor) && has_list == purpose.leaves_list()
        };
        if !self.place(has_list)?.is_some_and(is_awaited) {
            return Err("a page came to a list that was not waiting for it".into());
        }
        for (_, json) in page.records {
            stage(&self.sql, &json::from_str(&json)?)?;
        }
        if purpose == Purpose::ToKv {
            // Deleted, or not shown yet: it is written, or deleted, as the list has it.
            evidence.queue(&page.missing)?;
        }
        match page.cursor {
            Some(cursor) => {
                self.set_place(Place { cursor: Some(cursor), ..Place::beginning(purpose) })?;
                Ok(false)
            }
            None => {
                evidence.complete(purpose)?;
                sql::run(&self.sql, "DELETE FROM staged; DELETE FROM kv_reading", &[])?;
                Ok(true)
            }
        }
    }

    /// Whether of some of these todos KV would have to show what they are, because nothing else says it.
    fn needs_any(&self, purpose: Purpose, ids: &[String]) -> worker_kit::Result<bool> {
        match purpose {
            Purpose::Migration => {}
            Purpose::FromKv => return Ok(!ids.is_empty()),
            Purpose::ToKv => return Ok(false),
        }
        let known = "SELECT EXISTS (SELECT 1 FROM earlier_journal WHERE todo_id = ?1)
                         OR EXISTS (SELECT 1 FROM history WHERE instr(change, ?1) > 0)";
        for id in ids {
            if sql::optional_number(&self.sql, known, &[&id])? != Some(1) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether a JSON text is a todo of that id.
fn is_record(id: &str, json: &str) -> bool {
    json::from_str::<Todo>(json).is_ok_and(|todo| todo.id.to_string() == id && todo.version <= MOST_TAKEN)
}
