//! Used agreements, with their outcomes. An agreement permits one change; a client that sends it again, after a lost answer, gets the
//! first outcome.

use serde::Deserialize;
use todo::ListDelta;
use worker::{SqlStorage, SqlStorageValue};
use worker_kit::sql::integer;

/// How long an agreement is remembered, in milliseconds: longer than one can be sent, which the client carries for an hour at
/// most (`mcp`, `requestState`).
const REMEMBERED_MS: u64 = 2 * 60 * 60 * 1_000;

/// The most that are remembered; the oldest go first. Each is a change of the list, and most have a few hundred bytes; one that
/// removed 200 todos has 8,000.
const MOST: u32 = 200;

pub(super) struct Agreements {
    sql: SqlStorage,
}

impl Agreements {
    pub(super) fn new(sql: SqlStorage) -> Self {
        Self { sql }
    }

    /// The outcome of an agreement, if it was used.
    pub(super) fn find(&self, id: &str) -> worker::Result<Option<ListDelta>> {
        #[derive(Deserialize)]
        struct Row {
            #[serde(rename = "news")]
            delta: String,
        }
        let rows: Vec<Row> =
            self.sql.exec("SELECT news FROM agreements WHERE id = ?", vec![id.into()])?.to_array()?;
        Ok(rows.first().map(|row| json::from_str(&row.delta)).transpose()?)
    }

    pub(super) fn record(&self, id: &str, delta: &ListDelta, now_ms: u64) -> worker::Result<()> {
        let row: Vec<SqlStorageValue> =
            vec![id.into(), serde_json::to_string(delta)?.into(), integer(now_ms)?];
        self.sql.exec("INSERT INTO agreements (id, news, used_at) VALUES (?, ?, ?)", row)?;
        let newest = "SELECT id FROM agreements ORDER BY used_at DESC LIMIT ?";
        let surplus = format!("DELETE FROM agreements WHERE id NOT IN ({newest})");
        self.sql.exec(&surplus, vec![i64::from(MOST).into()])?;
        Ok(())
    }

    /// Forgets those that cannot come again.
    pub(super) fn sweep(&self, now_ms: u64) -> worker::Result<()> {
        let oldest = integer(now_ms.saturating_sub(REMEMBERED_MS))?;
        self.sql.exec("DELETE FROM agreements WHERE used_at <= ?", vec![oldest])?;
        Ok(())
    }

    /// When the oldest may be forgotten, in milliseconds since the epoch.
    pub(super) fn next_sweep(&self) -> worker::Result<Option<u64>> {
        #[derive(Deserialize)]
        struct Oldest {
            used_at: Option<u64>,
        }
        let oldest: Oldest = self.sql.exec("SELECT MIN(used_at) AS used_at FROM agreements", None)?.one()?;
        Ok(oldest.used_at.map(|used_at| used_at.saturating_add(REMEMBERED_MS)))
    }
}
