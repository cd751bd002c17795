//! Creations by their idempotency key, remembered for a day: a retry after a lost answer is answered, not repeated.

use serde::Deserialize;
use todo::{IdempotencyKey, Todo};
use worker::{SqlStorage, SqlStorageValue};

use super::journal::millis;

pub(super) struct Creations {
    sql: SqlStorage,
}

impl Creations {
    pub(super) fn new(sql: SqlStorage) -> Self {
        Self { sql }
    }

    /// The todo that was created under a key.
    pub(super) fn find(&self, key: &IdempotencyKey) -> worker::Result<Option<Todo>> {
        #[derive(Deserialize)]
        struct Row {
            todo: String,
        }
        let rows: Vec<Row> = self
            .sql
            .exec("SELECT todo FROM creations WHERE key = ?", vec![key.as_str().into()])?
            .to_array()?;
        Ok(rows.first().map(|row| serde_json::from_str(&row.todo)).transpose()?)
    }

    pub(super) fn record(&self, key: &IdempotencyKey, todo: &Todo, now_ms: u64) -> worker::Result<()> {
        let row: Vec<SqlStorageValue> =
            vec![key.as_str().into(), serde_json::to_string(todo)?.into(), millis(now_ms)?];
        self.sql.exec("INSERT OR REPLACE INTO creations (key, todo, created_at) VALUES (?, ?, ?)", row)?;
        Ok(())
    }

    /// Forgets what is older than a day.
    pub(super) fn sweep(&self, now_ms: u64) -> worker::Result<()> {
        let oldest = millis(now_ms.saturating_sub(IdempotencyKey::REMEMBERED_MS))?;
        self.sql.exec("DELETE FROM creations WHERE created_at <= ?", vec![oldest])?;
        Ok(())
    }

    /// When the oldest may be forgotten, in milliseconds since the epoch.
    pub(super) fn next_sweep(&self) -> worker::Result<Option<u64>> {
        #[derive(Deserialize)]
        struct Oldest {
            created_at: Option<u64>,
        }
        let oldest: Oldest =
            self.sql.exec("SELECT MIN(created_at) AS created_at FROM creations", None)?.one()?;
        Ok(oldest.created_at.map(|created_at| created_at.saturating_add(IdempotencyKey::REMEMBERED_MS)))
    }
}
