//! Creations by their idempotency key, stored for a day: a retry after a lost answer is answered, not repeated.
//!
//! There is a limit for each client and one for all of a person's clients. Above the first the client's own oldest are deleted; above
//! the second those of the client with the most. So a client that makes thousands does not displace those of others.

use todo::{Actor, IdempotencyKey, Todo};
use worker::SqlStorage;
use worker_kit::{
    sql,
    storage::{Known, ObjectStorage},
};

/// The most that are remembered of one client. Each has the todo as it was created, of 5,000 bytes at most.
const MOST_OF_CLIENT: usize = 500;

/// The most that are remembered of all clients together.
const MOST: usize = 2_000;

pub(super) struct Creations {
    sql: SqlStorage,
    /// How many there are of each client, counted where that is not known.
    counts: Known<Vec<(String, usize)>>,
}

impl Creations {
    pub(super) fn new(sql: SqlStorage, storage: &ObjectStorage) -> Self {
        Self { sql, counts: storage.known() }
    }

    /// The todo that was created under a key.
    pub(super) fn find(&self, key: &IdempotencyKey) -> worker_kit::Result<Option<Todo>> {
        let query = "SELECT todo FROM creations WHERE key = ?";
        let todo: Option<String> = sql::read_first(&self.sql, query, &[&key])?;
        Ok(todo.as_deref().map(json::from_str).transpose()?)
    }

    /// Remembers a creation under a key that was not used before.
    pub(super) fn record(
        &self,
        key: &IdempotencyKey,
        todo: &Todo,
        by: &Actor,
        now_ms: u64,
    ) -> worker_kit::Result<()> {
        let client = match by {
            Actor::Browser => "",
            Actor::App { id, .. } => id,
        };
        self.make_room(client)?;
        let row: sql::Values<'_> = &[&key, &json::to_string(todo)?, &now_ms, &client];
        sql::run(
            &self.sql,
            "INSERT OR REPLACE INTO creations (key, todo, created_at, client) VALUES (?, ?, ?, ?)",
            row,
        )
    }

    /// Forgets as many as need be for one more of a client's, and counts that.
    fn make_room(&self, client: &str) -> worker_kit::Result<()> {
        let mut counts = self.counts.take().map_or_else(|| self.count(), Ok)?;
        loop {
            let all: usize = counts.iter().map(|(_, count)| count).sum();
            let of_client =
                counts.iter_mut().find(|(name, count)| name == client && *count >= MOST_OF_CLIENT);
            let loser = match of_client {
                Some(of_client) => of_client,
                None if all >= MOST => match counts.iter_mut().max_by_key(|(_, count)| *count) {
                    Some(of_most) => of_most,
                    None => break,
                },
                None => break,
            };
            let oldest = "DELETE FROM creations WHERE key =
                          (SELECT key FROM creations WHERE client = ? ORDER BY created_at LIMIT 1)";
            sql::run(&self.sql, oldest, &[&loser.0])?;
            loser.1 = loser.1.saturating_sub(1);
        }
        match counts.iter_mut().find(|(name, _)| name == client) {
            Some((_, count)) => *count += 1,
            None => counts.push((client.to_owned(), 1)),
        }
        self.counts.set(counts);
        Ok(())
    }

    /// Drops the counts, as others have deleted some: the next creation counts again.
    pub(super) fn recount(&self) {
        self.counts.forget();
    }

    fn count(&self) -> worker_kit::Result<Vec<(String, usize)>> {
        let query = "SELECT client, count(*) FROM creations GROUP BY client";
        sql::read(&self.sql, query, &[])
    }

    /// Forgets what is older than a day.
    pub(super) fn sweep(&self, now_ms: u64) -> worker_kit::Result<()> {
        let oldest = now_ms.saturating_sub(IdempotencyKey::REMEMBERED_MS);
        sql::run(&self.sql, "DELETE FROM creations WHERE created_at <= ?", &[&oldest])?;
        self.recount();
        Ok(())
    }

    /// When the oldest may be forgotten, in milliseconds since the epoch.
    pub(super) fn next_sweep(&self) -> worker_kit::Result<Option<u64>> {
        let oldest = sql::optional_number(&self.sql, "SELECT MIN(created_at) FROM creations", &[])?;
        Ok(oldest.map(|created_at| created_at.saturating_add(IdempotencyKey::REMEMBERED_MS)))
    }
}
