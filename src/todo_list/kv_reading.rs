//! Reading an object's list from Workers KV, page by page, and completing it with what the object itself has stored.
//!
//! This is done once in an object's life: for a list of a release that stored it in KV, and for a new one, whose KV is empty. Pages are
//! stored in a table of their own, in one transaction with the cursor, so that neither an error nor a kill loses what was read, and one
//! invocation stays within its KV operations. Until the last page is read the object does not have its list, and answers nothing from
//! the part that it has.
//!
//! KV may be stale, so it is the weakest evidence. The after-states of the stored history, including deletions, override it, in order
//! of change number; the journal of the earlier release overrides both. A todo's `version` does not decide, since an undo sets it back.
//! What then differs from KV is written to KV again.

use std::{cell::Cell, collections::BTreeSet};

use kv_copy::{KvCopy, Namespace, OPERATIONS, Page, SqlQueue, row::pause_ms};
use todo::{Standing, Todo, TodoId};
use worker::{SqlStorage, console_error};
use worker_kit::{
    sql::{self, integer},
    storage::ObjectStorage,
    turn::Turn,
};

use super::{
    history::History,
    now_ms,
    todos::{StoredStanding, Todos, put_into},
};

/// The longest time between two tries, in milliseconds. The list is answered with 503 meanwhile.
const LONGEST_PAUSE_MS: u64 = 30 * 1_000;

/// After so many failures in a row reading starts again from the beginning: the cursor may have become invalid.
const FAILURES_AT_ONE_PLACE: u32 = 4;

/// How often a listed key without a value is read again, which takes a minute and a half: KV may not show a new value for about a
/// minute. A key without a value after that was deleted.
const PATIENCE_WITH_MISSING: u32 = 8;

/// The largest version that SQLite's JSON functions give back as a whole number.
const MAX_VERSION: u64 = (1 << 53) - 1;

/// The most KV operations that one page takes.
const OPERATIONS_A_PAGE: usize = 11;

/// What is in the way of having the list.
pub(super) struct KvReading {
    sql: SqlStorage,
    /// One reader at a time.
    running: Cell<bool>,
}

/// How far reading has come, as it is stored.
#[derive(Default)]
struct Place {
    cursor: Option<String>,
    failures: u32,
    next_at: u64,
}

impl KvReading {
    pub(super) fn new(sql: SqlStorage) -> Self {
        Self { sql, running: Cell::new(false) }
    }

    pub(super) fn is_running(&self) -> bool {
        self.running.get()
    }

    /// When KV may be read next, in milliseconds since the epoch.
    pub(super) fn next_at(&self) -> worker::Result<u64> {
        Ok(self.place()?.next_at)
    }

    /// Reads on, until the list is whole, something fails, or this invocation has done its share. What failed is logged, and tried
    /// again at [`next_at`](Self::next_at).
    ///
    /// # Errors
    /// The storage's.
    pub(super) async fn run(
        &self,
        storage: &ObjectStorage,
        namespace: &Namespace,
        evidence: &Evidence<'_>,
    ) -> worker::Result<()> {
        let Some(_turn) = Turn::of(&self.running) else { return Ok(()) };
        let mut left = OPERATIONS;
        loop {
            let place = self.place()?;
            let page = match namespace.page(place.cursor.clone(), is_record).await {
                Ok(page) => page,
                Err(error) => {
                    console_error!("the list was not read from KV: {error}");
                    return storage.transaction(|| self.start_over_at_times(place));
                }
            };
            left = left.saturating_sub(page.operations);
            if place.failures < PATIENCE_WITH_MISSING && needs_any(&self.sql, &page.missing)? {
                console_error!("KV lists todos that it does not show: {}", page.missing.join(", "));
                return storage.transaction(|| self.fail(place));
            }
            match storage.transaction(|| self.take(page, &place, evidence)) {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) => {
                    console_error!("what KV shows of the list was not taken in: {error}");
                    return storage.transaction(|| self.start_over_at_times(place));
                }
            }
            if left < OPERATIONS_A_PAGE {
                return Ok(());
            }
        }
    }

    fn place(&self) -> worker::Result<Place> {
        let query = "SELECT cursor, failures, next_at FROM kv_reading";
        let Some(mut row) = sql::rows(&self.sql, query, Vec::new())?.next().transpose()? else {
            return Ok(Place::default());
        };
        let failures = u32::try_from(row.number(1)?).unwrap_or(u32::MAX);
        Ok(Place { cursor: row.optional_text(0)?, failures, next_at: row.number(2)? })
    }

    fn set_place(&self, Place { cursor, failures, next_at }: Place) -> worker::Result<()> {
        let set = "INSERT OR REPLACE INTO kv_reading (only, purpose, cursor, failures, next_at)
                   VALUES (1, 'migration', ?, ?, ?)";
        let row = vec![cursor.into(), integer(failures.into())?, integer(next_at)?];
        sql::run(&self.sql, set, row)
    }

    /// Tries again later.
    fn fail(&self, place: Place) -> worker::Result<()> {
        let failures = place.failures.saturating_add(1);
        let next_at = now_ms().saturating_add(pause_ms(failures).min(LONGEST_PAUSE_MS));
        self.set_place(Place { cursor: place.cursor, failures, next_at })
    }

    /// Tries again later, after several failures from the beginning.
    fn start_over_at_times(&self, mut place: Place) -> worker::Result<()> {
        let failures = place.failures.saturating_add(1);
        if failures.checked_rem(FAILURES_AT_ONE_PLACE) == Some(0) && place.cursor.take().is_some() {
            sql::run(&self.sql, "DELETE FROM staged", Vec::new())?;
        }
        self.fail(place)
    }

    /// Takes in the page that was asked for at a place; with the last one the list is whole. Gives whether it is.
    fn take(&self, page: Page, asked_at: &Place, evidence: &Evidence<'_>) -> worker::Result<bool> {
        if evidence.todos.standing()?.is_some() || self.place()?.cursor != asked_at.cursor {
            return Err("a page came to a list that was not waiting for it".into());
        }
        for (_, json) in page.records {
            put_into(&self.sql, "staged", &json::from_str(&json)?)?;
        }
        match page.cursor {
            Some(cursor) => {
                self.set_place(Place { cursor: Some(cursor), ..Place::default() })?;
                Ok(false)
            }
            None => {
                evidence.complete(&self.sql)?;
                Ok(true)
            }
        }
    }
}

/// What the object itself knows of its list, and where the list goes.
pub(super) struct Evidence<'a> {
    pub(super) todos: &'a Todos,
    pub(super) history: &'a History,
    pub(super) copy: &'a KvCopy<SqlQueue>,
}

impl Evidence<'_> {
    /// Makes the list of what was staged, of the history and of the earlier journal, and sets the marker.
    fn complete(&self, sql: &SqlStorage) -> worker::Result<()> {
        sql::run(sql, "DELETE FROM todos", Vec::new())?;
        sql::run(sql, "INSERT INTO todos SELECT * FROM staged", Vec::new())?;
        let mut last_id = newest_id(sql, "SELECT MAX(todo_id) FROM staged")?;
        let mut version = 0;
        // Changes are numbered from 1.
        let mut place = (0, 0);
        while let Some((number, part, change)) = self.history.part_after(place.0, place.1)? {
            place = (number, part);
            version = version.max(number);
            for effect in change.iter().flat_map(|change| &change.effects) {
                last_id = last_id.max(effect.todo().map(|todo| todo.id));
                match (&effect.before, &effect.after) {
                    (_, Some(after)) => drop(self.todos.put(after)?),
                    (Some(before), None) => self.todos.remove(before.id)?,
                    (None, None) => {}
                }
            }
        }
        let journal = self.lay_journal_over(sql)?;
        last_id = last_id.max(journal.newest);
        self.queue_differences(sql, &journal)?;

        let newest = "SELECT MAX(version) FROM (SELECT json_extract(todo, '$.version') AS version FROM todos
                      UNION ALL SELECT json_extract(todo, '$.version') FROM staged)";
        version = version.max(sql::optional_number(sql, newest, Vec::new())?.unwrap_or_default());
        let count = |query| sql::optional_number(sql, query, Vec::new()).map(Option::unwrap_or_default);
        let todos = count("SELECT COUNT(*) FROM todos")?;
        let completed = count("SELECT COUNT(*) FROM todos WHERE completed = 1")?;
        let bytes = count("SELECT SUM(LENGTH(CAST(todo AS BLOB))) FROM todos")?;
        let standing = Standing {
            version,
            open: usize::try_from(todos.saturating_sub(completed)).unwrap_or(usize::MAX),
            completed: usize::try_from(completed).unwrap_or(usize::MAX),
            last_id,
        };
        self.todos.stand(StoredStanding { standing, bytes })?;
        sql::run(sql, "DELETE FROM staged", Vec::new())?;
        sql::run(sql, "DELETE FROM kv_reading", Vec::new())?;
        Ok(())
    }

    /// Lays the earlier release's journal over the list, and drops what of it is in the list then.
    fn lay_journal_over(&self, sql: &SqlStorage) -> worker::Result<Journal> {
        let mut journal = Journal::default();
        let mut after = String::new();
        loop {
            let query = "SELECT todo_id, todo, settled_at FROM earlier_journal WHERE todo_id > ? ORDER BY todo_id LIMIT 1";
            let next = sql::rows(sql, query, vec![after.as_str().into()])?.next().transpose()?;
            let Some(mut row) = next else { return Ok(journal) };
            after = row.text(0)?;
            let (json, is_pending) = (row.optional_text(1)?, row.optional_number(2)?.is_none());
            let read = match &json {
                Some(json) => json::from_str::<Todo>(json).map(|todo| (todo.id, Some(todo))),
                None => TodoId::parse(&after).map(|id| (id, None)).map_err(serde::de::Error::custom),
            };
            let id = match read {
                Ok((id, Some(todo))) => {
                    self.todos.put(&todo)?;
                    id
                }
                Ok((id, None)) => {
                    self.todos.remove(id)?;
                    id
                }
                // It stays where it is, and the rest of the list still works.
                Err(error) => {
                    console_error!("the journal's todo {after} cannot be read: {error}");
                    continue;
                }
            };
            journal.newest = journal.newest.max(Some(id));
            if is_pending {
                journal.pending.insert(id);
            }
            sql::run(sql, "DELETE FROM earlier_journal WHERE todo_id = ?", vec![after.as_str().into()])?;
        }
    }

    /// Queues for KV every record that differs from what KV showed, and those that it had not taken.
    fn queue_differences(&self, sql: &SqlStorage, journal: &Journal) -> worker::Result<()> {
        let differing = "SELECT todos.todo_id FROM todos LEFT JOIN staged USING (todo_id) WHERE staged.todo IS NOT todos.todo
                         UNION SELECT todo_id FROM staged WHERE todo_id NOT IN (SELECT todo_id FROM todos)";
        let mut ids = BTreeSet::new();
        for row in sql::rows(sql, differing, Vec::new())? {
            ids.insert(row?.text(0)?);
        }
        ids.extend(journal.pending.iter().map(ToString::to_string));
        let now = now_ms();
        ids.iter().try_for_each(|id| self.copy.changed_in_doubt(id, now))
    }
}

/// What the earlier release's journal had in it.
#[derive(Default)]
struct Journal {
    newest: Option<TodoId>,
    /// What KV had not taken.
    pending: BTreeSet<TodoId>,
}

fn newest_id(sql: &SqlStorage, query: &str) -> worker::Result<Option<TodoId>> {
    let Some(mut row) = sql::rows(sql, query, Vec::new())?.next().transpose()? else { return Ok(None) };
    Ok(row.optional_text(0)?.and_then(|id| TodoId::parse(&id).ok()))
}

/// Whether of some of these todos KV would have to show what they are: neither the history nor the journal says.
fn needs_any(sql: &SqlStorage, ids: &[String]) -> worker::Result<bool> {
    let known = "SELECT EXISTS (SELECT 1 FROM earlier_journal WHERE todo_id = ?1)
                     OR EXISTS (SELECT 1 FROM history WHERE instr(change, ?1) > 0)";
    for id in ids {
        if sql::optional_number(sql, known, vec![id.as_str().into()])? != Some(1) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a JSON text is a todo of that id.
fn is_record(id: &str, json: &str) -> bool {
    json::from_str::<Todo>(json).is_ok_and(|todo| todo.id.to_string() == id && todo.version <= MAX_VERSION)
}
