//! Commands by their idempotency key, stored for a day. A command that is sent again after a lost answer gets the first outcome,
//! whatever the list is since. (Creations, which came first, have a table of their own.)

use todo::{IdempotencyKey, ListDelta};
use worker::SqlStorage;
use worker_kit::sql;

/// The most that are remembered; the oldest go first.
const MOST: u32 = 1_000;

/// The longest answer that is stored whole, in bytes of JSON; most have a few hundred. Of a longer one (a long text that was edited, an
/// undo of many todos, which would take a megabyte) only the change without its todos is stored: a client that sends the command
/// again reads the list for these ([`ListDelta::in_short`]).
const LONGEST: usize = 8 * 1_024;

pub(super) struct Answers {
    sql: SqlStorage,
}

/// A stored answer with its command.
pub(super) struct Answered {
    /// The command as JSON: under the same key, another is a mistake.
    pub(super) command: String,
    pub(super) delta: ListDelta,
}

impl Answers {
    pub(super) fn new(sql: SqlStorage) -> Self {
        Self { sql }
    }

    pub(super) fn find(&self, key: &IdempotencyKey) -> worker_kit::Result<Option<Answered>> {
        let query = "SELECT command, news FROM answers WHERE key = ?";
        let row: Option<(String, String)> = sql::read_first(&self.sql, query, &[&key])?;
        let Some((command, delta)) = row else { return Ok(None) };
        Ok(Some(Answered { command, delta: json::from_str(&delta)? }))
    }

    pub(super) fn record(
        &self,
        key: &IdempotencyKey,
        command: &str,
        delta: &ListDelta,
        now_ms: u64,
    ) -> worker_kit::Result<()> {
        let mut json = json::to_string(delta)?;
        if json.len() > LONGEST {
            json = json::to_string(&delta.in_short())?;
        }
        let row: sql::Values<'_> = &[&key, &command, &json, &now_ms];
        sql::run(
            &self.sql,
            "INSERT INTO answers (key, command, news, answered_at) VALUES (?, ?, ?, ?)",
            row,
        )?;
        let newest = "SELECT key FROM answers ORDER BY answered_at DESC LIMIT ? + 0";
        let surplus = format!("DELETE FROM answers WHERE key NOT IN ({newest})");
        sql::run(&self.sql, &surplus, &[&MOST])
    }

    /// Forgets what is older than a day.
    pub(super) fn sweep(&self, now_ms: u64) -> worker_kit::Result<()> {
        let oldest = now_ms.saturating_sub(IdempotencyKey::REMEMBERED_MS);
        sql::run(&self.sql, "DELETE FROM answers WHERE answered_at <= ?", &[&oldest])
    }

    /// When the oldest may be forgotten, in milliseconds since the epoch.
    pub(super) fn next_sweep(&self) -> worker_kit::Result<Option<u64>> {
        let oldest = sql::optional_number(&self.sql, "SELECT MIN(answered_at) FROM answers", &[])?;
        Ok(oldest.map(|at| at.saturating_add(IdempotencyKey::REMEMBERED_MS)))
    }
}
