//! The queue in an object's SQLite.

use worker::SqlStorage;
use worker_kit::sql::{self, Row as SqlRow};

use crate::{
    copy::{Lag, Outage, Queue},
    row::Row,
};

/// The tables, for a migration of the object's schema. It never changes after its release; a change is another migration.
pub const SCHEMA: &str = "
    CREATE TABLE kv_copy (
        id       TEXT PRIMARY KEY,
        version  INTEGER NOT NULL,    -- rises with each change of the record
        since    INTEGER NOT NULL,    -- since when KV does not have it as it is, ms since the epoch
        due_at   INTEGER NOT NULL,    -- when it is written next
        failures INTEGER NOT NULL,    -- how often in a row it was refused
        doubt_at INTEGER,             -- when a write of it ended whose outcome is not known; NULL: none
        copied   INTEGER NOT NULL     -- 1: KV took this version, and takes it once more
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX kv_copy_due ON kv_copy (due_at, id);
    CREATE TABLE kv_outage (          -- no row: there is none
        only     INTEGER PRIMARY KEY CHECK (only = 1),
        failures INTEGER NOT NULL,    -- how many tries in a row went wrong
        probe_at INTEGER NOT NULL     -- when one record is tried, ms since the epoch
    ) STRICT;";

/// The queue in an object's SQLite, in the tables of [`SCHEMA`].
pub struct SqlQueue {
    sql: SqlStorage,
}

const COLUMNS: &str = "id, version, since, due_at, failures, doubt_at, copied";

impl SqlQueue {
    /// The queue in this storage, which must have the tables of [`SCHEMA`].
    pub fn new(sql: SqlStorage) -> Self {
        Self { sql }
    }

    fn rows(&self, rest: &str, values: sql::Values<'_>) -> worker_kit::Result<Vec<Row>> {
        sql::rows(&self.sql, &format!("SELECT {COLUMNS} FROM kv_copy {rest}"), values)?
            .into_iter()
            .map(|mut row| from_sql(&mut row))
            .collect()
    }
}

fn from_sql(row: &mut SqlRow) -> worker_kit::Result<Row> {
    Ok(Row {
        id: row.text(0)?,
        version: row.number(1)?,
        since: row.number(2)?,
        due_at: row.number(3)?,
        failures: u32::try_from(row.number(4)?).unwrap_or(u32::MAX),
        doubt_at: row.optional_number(5)?,
        copied: row.number(6)? == 1,
    })
}

impl Queue for SqlQueue {
    type Error = worker_kit::Error;

    fn row(&self, id: &str) -> worker_kit::Result<Option<Row>> {
        Ok(self.rows("WHERE id = ?", &[&id])?.pop())
    }

    /// As [`Row::changed`], in one statement.
    fn changed(&self, id: &str, now: u64, earliest: u64) -> worker_kit::Result<()> {
        let changed = format!(
            "INSERT INTO kv_copy ({COLUMNS}) VALUES (?1, 1, ?2, ?3, 0, NULL, 0)
             ON CONFLICT DO UPDATE SET version = version + 1, since = iif(copied, ?2, since), due_at = ?3, failures = 0, copied = 0"
        );
        sql::run(&self.sql, &changed, &[&id, &now, &earliest])
    }

    fn put(&self, row: &Row) -> worker_kit::Result<()> {
        let values: sql::Values<'_> =
            &[&row.id, &row.version, &row.since, &row.due_at, &row.failures, &row.doubt_at, &row.copied];
        let put = format!("INSERT OR REPLACE INTO kv_copy ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)");
        sql::run(&self.sql, &put, values)
    }

    fn remove(&self, id: &str) -> worker_kit::Result<()> {
        sql::run(&self.sql, "DELETE FROM kv_copy WHERE id = ?", &[&id])
    }

    fn due(&self, now: u64, limit: usize) -> worker_kit::Result<Vec<Row>> {
        self.rows("WHERE due_at <= ? ORDER BY due_at, id LIMIT ? + 0", &[&now, &limit])
    }

    fn next_due(&self) -> worker_kit::Result<Option<u64>> {
        sql::optional_number(&self.sql, "SELECT MIN(due_at) FROM kv_copy", &[])
    }

    /// As [`Row::doubted`], for all rows in one statement.
    fn doubt(&self, now: u64) -> worker_kit::Result<()> {
        // Nearly always there is none, and then nothing is written.
        if sql::optional_number(&self.sql, "SELECT 1 FROM kv_copy WHERE copied = 0 LIMIT 1", &[])?.is_none() {
            return Ok(());
        }
        let doubt = "UPDATE kv_copy SET doubt_at = ?1, due_at = MIN(due_at, ?1) WHERE copied = 0";
        sql::run(&self.sql, doubt, &[&now])
    }

    fn outage(&self) -> worker_kit::Result<Outage> {
        let row = sql::first_row(&self.sql, "SELECT failures, probe_at FROM kv_outage", &[])?;
        let Some(row) = row else { return Ok(Outage::default()) };
        let failures = u32::try_from(row.number(0)?).unwrap_or(u32::MAX);
        Ok(Outage { failures, probe_at: row.number(1)? })
    }

    fn set_outage(&self, outage: Outage) -> worker_kit::Result<()> {
        if outage.failures == 0 {
            return sql::run(&self.sql, "DELETE FROM kv_outage", &[]);
        }
        let values: sql::Values<'_> = &[&outage.failures, &outage.probe_at];
        let set = "INSERT OR REPLACE INTO kv_outage (only, failures, probe_at) VALUES (1, ?, ?)";
        sql::run(&self.sql, set, values)
    }

    fn lag(&self) -> worker_kit::Result<Lag> {
        let query = "SELECT COUNT(*), MIN(since) FROM kv_copy WHERE copied = 0";
        let Some(row) = sql::first_row(&self.sql, query, &[])? else {
            return Ok(Lag::default());
        };
        Ok(Lag { records: row.number(0)?, since: row.optional_number(1)? })
    }
}
