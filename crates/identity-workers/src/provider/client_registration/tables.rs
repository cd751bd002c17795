//! What is kept of a client, as SQLite tables. Values whose rules the `oauth` crate has are kept as their JSON.

use oauth::{Digest, Timestamp, fetch_cache, jwt::ClientKeySet};
use serde::de::DeserializeOwned;
use worker::SqlStorage;
use worker_kit::{sql, storage::ObjectStorage};

use super::{AssertionUse, Failed, FetchFailure, Fetched, FetchedKeys, RegisteredClient};

/// How many used assertions are remembered; each is for twelve minutes at most.
const MAX_USED_ASSERTIONS: i64 = 10_000;

pub(super) struct Tables<'a> {
    sql: &'a SqlStorage,
}

/// A registration as it is kept.
pub(super) struct Registration {
    pub(super) client: RegisteredClient,
    pub(super) expires_at: Timestamp,
}

impl<'a> Tables<'a> {
    /// The tables, if there are any. Asking about a made-up client leaves no trace.
    pub(super) fn existing(storage: &'a ObjectStorage) -> worker_kit::Result<Option<Self>> {
        Ok(storage.existing()?.map(|sql| Self { sql }))
    }

    /// The tables, which are made if there are none.
    pub(super) fn made(storage: &'a ObjectStorage) -> worker_kit::Result<Self> {
        Ok(Self { sql: storage.tables()? })
    }

    pub(super) fn registration(&self) -> worker_kit::Result<Option<Registration>> {
        let row: Option<(String, Timestamp)> =
            self.row("SELECT client, expires_at FROM registration", &[])?;
        row.map(|(client, expires_at)| Ok(Registration { client: parse(&client)?, expires_at })).transpose()
    }

    /// Keeps a registration in place of the one before, if there was one.
    pub(super) fn keep_registration(
        &self,
        client: &RegisteredClient,
        expires_at: Timestamp,
    ) -> worker_kit::Result<()> {
        self.run("DELETE FROM registration", &[])?;
        self.run(
            "INSERT INTO registration (client, expires_at) VALUES (?, ?)",
            &[&json::to_string(client)?, &expires_at],
        )
    }

    pub(super) fn prolong(&self, expires_at: Timestamp) -> worker_kit::Result<()> {
        self.run("UPDATE registration SET expires_at = ?", &[&expires_at])
    }

    pub(super) fn keys(&self) -> worker_kit::Result<Option<FetchedKeys>> {
        let row: Option<(String, String, Timestamp)> =
            self.row("SELECT address, keys, fetched_at FROM keys", &[])?;
        row.map(|(address, keys, fetched_at)| Ok(FetchedKeys { address, keys: parse(&keys)?, fetched_at }))
            .transpose()
    }

    pub(super) fn keep_keys(
        &self,
        address: &str,
        keys: &ClientKeySet,
        now: Timestamp,
    ) -> worker_kit::Result<()> {
        self.run("DELETE FROM keys", &[])?;
        self.run(
            "INSERT INTO keys (address, keys, fetched_at) VALUES (?, ?, ?)",
            &[&address, &json::to_string(keys)?, &now],
        )
    }

    /// A failure that still counts.
    pub(super) fn failure(&self, what: Fetched, now: Timestamp) -> worker_kit::Result<Option<Failed>> {
        let row: Option<(String, Timestamp)> = self.row(
            "SELECT reason, at FROM failures WHERE what = ? AND at > ?",
            &[&what.name(), &now.plus(-fetch_cache::FAILURE_SECONDS)],
        )?;
        row.map(|(reason, at)| Ok(Failed { reason: parse(&reason)?, at })).transpose()
    }

    pub(super) fn keep_failure(
        &self,
        what: Fetched,
        reason: FetchFailure,
        now: Timestamp,
    ) -> worker_kit::Result<()> {
        self.run(
            "INSERT OR REPLACE INTO failures (what, reason, at) VALUES (?, ?, ?)",
            &[&what.name(), &json::to_string(&reason)?, &now],
        )
    }

    /// What failed before has succeeded.
    pub(super) fn forget_failure(&self, what: Fetched) -> worker_kit::Result<()> {
        self.run("DELETE FROM failures WHERE what = ?", &[&what.name()])
    }

    /// Counts one more fetch, unless that would be too many: then the seconds to wait. What was refused is not counted, so
    /// there are no more rows than the limit allows.
    pub(super) fn count_fetch(&self, what: Fetched, now: Timestamp) -> worker_kit::Result<Option<i64>> {
        let limit = fetch_cache::LIMIT;
        self.forget_fetches(now)?;
        let earlier: Vec<Timestamp> =
            sql::read(self.sql, "SELECT at FROM fetches WHERE what = ?", &[&what.name()])?;
        if let Err(wait) = limit.check(&earlier, now) {
            return Ok(Some(wait));
        }
        self.run("INSERT INTO fetches (what, at) VALUES (?, ?)", &[&what.name(), &now])?;
        Ok(None)
    }

    fn forget_fetches(&self, now: Timestamp) -> worker_kit::Result<()> {
        let counts_from = now.plus(-fetch_cache::LIMIT.memory_seconds());
        self.run("DELETE FROM fetches WHERE at <= ?", &[&counts_from])
    }

    pub(super) fn use_assertion(
        &self,
        id: &Digest,
        forgotten_at: Timestamp,
        now: Timestamp,
    ) -> worker_kit::Result<AssertionUse> {
        self.forget_assertions(now)?;
        // Counted by their first and last number, not one by one; what has gone in between is counted along.
        let used: Option<i64> =
            self.row("SELECT IFNULL(MAX(used) - MIN(used) + 1, 0) FROM used_assertions", &[])?;
        let again: Option<i64> = self.row("SELECT 1 FROM used_assertions WHERE id = ?", &[&id])?;
        if again.is_some() {
            return Ok(AssertionUse::Again);
        }
        if used.is_some_and(|used| used >= MAX_USED_ASSERTIONS) {
            return Ok(AssertionUse::TooMany);
        }
        self.run("INSERT INTO used_assertions (id, forgotten_at) VALUES (?, ?)", &[&id, &forgotten_at])?;
        Ok(AssertionUse::First)
    }

    fn forget_assertions(&self, now: Timestamp) -> worker_kit::Result<()> {
        self.run("DELETE FROM used_assertions WHERE forgotten_at <= ?", &[&now])
    }

    /// Deletes what counts no more, but for the registration itself. Answers whether something is left that will end.
    pub(super) fn sweep(&self, now: Timestamp) -> worker_kit::Result<bool> {
        self.forget_fetches(now)?;
        self.forget_assertions(now)?;
        self.run("DELETE FROM failures WHERE at <= ?", &[&now.plus(-fetch_cache::FAILURE_SECONDS)])?;
        let left: Option<Timestamp> = self.row(
            "SELECT at FROM fetches UNION ALL SELECT at FROM failures UNION ALL SELECT forgotten_at FROM used_assertions LIMIT 1",
            &[],
        )?;
        Ok(left.is_some())
    }

    fn run(&self, query: &str, values: sql::Values<'_>) -> worker_kit::Result<()> {
        sql::run(self.sql, query, values)
    }

    fn row<T: DeserializeOwned>(
        &self,
        query: &str,
        values: sql::Values<'_>,
    ) -> worker_kit::Result<Option<T>> {
        sql::read_first(self.sql, query, values)
    }
}

impl Fetched {
    const fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Keys => "keys",
        }
    }
}

fn parse<T: DeserializeOwned>(json: &str) -> worker_kit::Result<T> {
    Ok(json::from_str(json)?)
}
