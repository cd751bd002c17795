//! Used agreements, with their outcomes. An agreement permits one change; a client that sends it again, after a lost answer, gets the
//! first outcome.

use todo::ListDelta;
use worker::SqlStorage;
use worker_kit::sql;

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
    pub(super) fn find(&self, id: &str) -> worker_kit::Result<Option<ListDelta>> {
        let query = "SELECT news FROM agreements WHERE id = ?";
        let delta: Option<String> = sql::read_first(&self.sql, query, &[&id])?;
        Ok(delta.as_deref().map(json::from_str).transpose()?)
    }

    pub(super) fn record(&self, id: &str, delta: &ListDelta, now_ms: u64) -> worker_kit::Result<()> {
        let row: sql::Values<'_> = &[&id, &json::to_string(delta)?, &now_ms];
        sql::run(&self.sql, "INSERT INTO agreements (id, news, used_at) VALUES (?, ?, ?)", row)?;
        let newest = "SELECT id FROM agreements ORDER BY used_at DESC LIMIT ? + 0";
        let surplus = format!("DELETE FROM agreements WHERE id NOT IN ({newest})");
        sql::run(&self.sql, &surplus, &[&MOST])
    }

    /// Forgets those that cannot come again.
    pub(super) fn sweep(&self, now_ms: u64) -> worker_kit::Result<()> {
        let oldest = now_ms.saturating_sub(REMEMBERED_MS);
        sql::run(&self.sql, "DELETE FROM agreements WHERE used_at <= ?", &[&oldest])
    }

    /// When the oldest may be forgotten, in milliseconds since the epoch.
    pub(super) fn next_sweep(&self) -> worker_kit::Result<Option<u64>> {
        let oldest = sql::optional_number(&self.sql, "SELECT MIN(used_at) FROM agreements", &[])?;
        Ok(oldest.map(|used_at| used_at.saturating_add(REMEMBERED_MS)))
    }
}
