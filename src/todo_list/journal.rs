//! The journal: what this object has acknowledged and KV may not show yet.
//!
//! One row per todo, holding its newest state. A row is written before the caller is answered (the platform holds the
//! answer back until the row is on disk) and goes only once KV has taken that very state *and* has had time to show it
//! everywhere.

use serde::Deserialize;
use todo::{Todo, TodoId};
use worker::{SqlStorage, SqlStorageValue};

/// How long after a write KV may still show the state before it, in milliseconds. Cloudflare says "60 seconds or
/// more"; a journal row costs nothing, so it stays for ten minutes.
pub(super) const STALENESS_MS: u64 = 10 * 60 * 1_000;

pub(super) struct Journal {
    sql: SqlStorage,
}

/// A todo's newest state that KV does not have.
#[derive(Deserialize)]
pub(super) struct State {
    pub(super) todo_id: String,
    /// The todo's JSON; none: it is deleted.
    pub(super) todo: Option<String>,
    /// Rises with each state of this todo.
    version: i64,
}

impl Journal {
    pub(super) fn new(sql: SqlStorage) -> Self {
        Self { sql }
    }

    /// Records a todo's newest state.
    pub(super) fn record(&self, id: TodoId, todo: Option<&Todo>) -> worker::Result<()> {
        let json = todo.map(serde_json::to_string).transpose()?;
        self.sql.exec(
            "INSERT INTO journal (todo_id, todo, version) VALUES (?, ?, 1)
             ON CONFLICT DO UPDATE SET todo = excluded.todo, version = version + 1, settled_at = NULL",
            vec![id.to_string().into(), json.into()],
        )?;
        Ok(())
    }

    /// Every row, to lay over what KV shows.
    pub(super) fn all(&self) -> worker::Result<Vec<State>> {
        self.sql.exec("SELECT todo_id, todo, version FROM journal", None)?.to_array()
    }

    /// Up to `limit` states that KV has yet to take, of the todos whose id sorts after `after`.
    pub(super) fn unsettled(&self, after: &str, limit: u32) -> worker::Result<Vec<State>> {
        self.sql
            .exec(
                "SELECT todo_id, todo, version FROM journal
                 WHERE settled_at IS NULL AND todo_id > ? ORDER BY todo_id LIMIT ?",
                vec![after.into(), i64::from(limit).into()],
            )?
            .to_array()
    }

    /// Notes that KV has taken a state, unless there is a newer one already.
    pub(super) fn settle(&self, entry: &State, now_ms: u64) -> worker::Result<()> {
        self.sql.exec(
            "UPDATE journal SET settled_at = ? WHERE todo_id = ? AND version = ?",
            vec![millis(now_ms)?, entry.todo_id.as_str().into(), entry.version.into()],
        )?;
        Ok(())
    }

    /// Drops the rows that KV shows everywhere by now.
    pub(super) fn sweep(&self, now_ms: u64) -> worker::Result<()> {
        self.sql.exec(
            "DELETE FROM journal WHERE settled_at <= ?",
            vec![millis(now_ms.saturating_sub(STALENESS_MS))?],
        )?;
        Ok(())
    }

    /// When the oldest settled row may go, in milliseconds since the epoch.
    pub(super) fn next_sweep(&self) -> worker::Result<Option<u64>> {
        #[derive(Deserialize)]
        struct Oldest {
            settled_at: Option<u64>,
        }
        let oldest: Oldest = self
            .sql
            .exec("SELECT MIN(settled_at) AS settled_at FROM journal WHERE settled_at IS NOT NULL", None)?
            .one()?;
        Ok(oldest.settled_at.map(|settled_at| settled_at.saturating_add(STALENESS_MS)))
    }
}

/// Milliseconds since the epoch, as SQL takes them.
pub(super) fn millis(ms: u64) -> worker::Result<SqlStorageValue> {
    SqlStorageValue::try_from_i64(i64::try_from(ms).unwrap_or(i64::MAX))
}
