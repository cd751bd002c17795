//! Who wants to hear, and what they have yet to be told.

use mcp::ResourceChange;
use worker::{SqlStorage, SqlStorageValue};
use worker_kit::sql::{self, integer};

use super::subscriber::Subscriber;

/// The tables of a feed, for a migration of the object that embeds it. It is never edited once it has been released.
pub const SCHEMA: &str = "CREATE TABLE feed_subscriber (
        session  TEXT PRIMARY KEY,
        client   TEXT NOT NULL,     -- a digest
        at       INTEGER NOT NULL,  -- when it subscribed last, ms since the epoch
        told     INTEGER NOT NULL,  -- the number of the newest change that it need not be told of
        failures INTEGER NOT NULL,  -- how many tries in a row went wrong
        next_at  INTEGER NOT NULL,  -- not before, ms since the epoch
        look_at  INTEGER NOT NULL   -- when to ask whether it still wants to hear, ms since the epoch
    ) STRICT;
    CREATE TABLE feed_change (
        number  INTEGER PRIMARY KEY,
        changes TEXT NOT NULL       -- JSON: those of one command
    ) STRICT;
    CREATE TABLE feed_adoption (    -- one row while the registry has to be asked who subscribed there
        only     INTEGER PRIMARY KEY CHECK (only = 1),
        failures INTEGER NOT NULL,
        next_at  INTEGER NOT NULL
    ) STRICT;";

/// Has the feed ask the principal's registry, before it tells anybody for the first time, who subscribed there: a migration, after
/// [`SCHEMA`], of an object whose earlier releases left that to the registry.
///
/// # Errors
/// The storage's.
pub fn adopt(sql: &SqlStorage) -> worker::Result<()> {
    sql.exec("INSERT INTO feed_adoption (only, failures, next_at) VALUES (1, 0, 0)", None).map(drop)
}

/// The most commands whose changes wait to be told. Beyond that the oldest are not told any more.
const MOST_KEPT: u64 = 1_000;

/// The most changes that one call tells of; beyond that only the newest.
const MOST_TOLD: usize = 1_000;

/// The longest time between two tries, in milliseconds.
const LONGEST_PAUSE_MS: u64 = 5 * 60 * 1_000;

/// How long after its `look_at` a session that cannot be reached is given up, in milliseconds.
const GRACE_MS: u64 = 60 * 60 * 1_000;

/// How soon one may be asked again that was just asked, in milliseconds, whatever it said.
const SOONEST_MS: u64 = 1_000;

/// The newest change that there is or was.
const NEWEST: &str =
    "SELECT MAX(number) FROM (SELECT number FROM feed_change UNION ALL SELECT told FROM feed_subscriber)";

pub(super) struct Tables<'a>(pub(super) &'a SqlStorage);

/// A session that is there.
pub(super) struct Entered {
    pub(super) session: String,
    pub(super) client: String,
    pub(super) at: u64,
}

/// A session that is to be told, or to be asked whether it wants to hear at all.
pub(super) struct Due {
    pub(super) session: String,
    pub(super) at: u64,
    pub(super) told: u64,
    failures: u32,
    look_at: u64,
}

impl Tables<'_> {
    /// All that are told but that session, the oldest first.
    pub(super) fn others(&self, session: &str) -> worker::Result<Vec<Entered>> {
        let query = "SELECT session, client, at FROM feed_subscriber WHERE session <> ? ORDER BY at, rowid";
        sql::rows(self.0, query, vec![session.into()])?
            .map(|row| {
                let mut row = row?;
                Ok(Entered { session: row.text(0)?, client: row.text(1)?, at: row.number(2)? })
            })
            .collect()
    }

    /// Enters a session, which need not be told of what was; one that is there already keeps what it has yet to be told.
    pub(super) fn enter(&self, subscriber: &Subscriber, now: u64, look_at: u64) -> worker::Result<()> {
        let Subscriber { session, client } = subscriber;
        let enter = "INSERT INTO feed_subscriber (session, client, at, told, failures, next_at, look_at) VALUES (?, ?, ?, ?, 0, 0, ?)
                     ON CONFLICT (session) DO UPDATE SET client = excluded.client, at = excluded.at, failures = 0, next_at = 0, look_at = excluded.look_at";
        let row: Vec<SqlStorageValue> = vec![
            session.as_str().into(),
            client.as_str().into(),
            integer(now)?,
            integer(self.newest()?)?,
            integer(look_at)?,
        ];
        self.0.exec(enter, row).map(drop)
    }

    pub(super) fn forget(&self, session: &str) -> worker::Result<()> {
        self.0.exec("DELETE FROM feed_subscriber WHERE session = ?", vec![session.into()]).map(drop)
    }

    pub(super) fn forget_all(&self) -> worker::Result<()> {
        self.0.exec("DELETE FROM feed_subscriber", None)?;
        self.0.exec("DELETE FROM feed_change", None).map(drop)
    }

    /// Whether there is anybody to be told of a change, as far as is known.
    pub(super) fn has_audience(&self) -> worker::Result<bool> {
        let query = "SELECT EXISTS (SELECT 1 FROM feed_subscriber) OR EXISTS (SELECT 1 FROM feed_adoption)";
        Ok(sql::optional_number(self.0, query, Vec::new())? == Some(1))
    }

    /// All that are told, the oldest first.
    pub(super) fn subscribers(&self) -> worker::Result<Vec<Subscriber>> {
        let all = self.others("")?.into_iter();
        Ok(all.map(|Entered { session, client, .. }| Subscriber { session, client }).collect())
    }

    /// Keeps the changes of one command until they are told.
    pub(super) fn keep(&self, changes: &[ResourceChange]) -> worker::Result<()> {
        let number = self.newest()?.saturating_add(1);
        let row: Vec<SqlStorageValue> = vec![integer(number)?, serde_json::to_string(changes)?.into()];
        self.0.exec("INSERT INTO feed_change (number, changes) VALUES (?, ?)", row)?;
        let too_old = integer(number.saturating_sub(MOST_KEPT))?;
        self.0.exec("DELETE FROM feed_change WHERE number <= ?", vec![too_old]).map(drop)
    }

    pub(super) fn newest(&self) -> worker::Result<u64> {
        Ok(sql::optional_number(self.0, NEWEST, Vec::new())?.unwrap_or_default())
    }

    /// What a session is to be told that was told up to that number: each change once.
    pub(super) fn changes_after(&self, told: u64) -> worker::Result<Vec<ResourceChange>> {
        let query = "SELECT changes FROM feed_change WHERE number > ? ORDER BY number DESC";
        let mut newest_first = Vec::new();
        for row in sql::rows(self.0, query, vec![integer(told)?])? {
            let changes: Vec<ResourceChange> = serde_json::from_str(&row?.text(0)?)?;
            for change in changes.into_iter().rev() {
                if newest_first.len() < MOST_TOLD && !newest_first.contains(&change) {
                    newest_first.push(change);
                }
            }
        }
        newest_first.reverse();
        Ok(newest_first)
    }

    /// Whom to call now.
    pub(super) fn due_now(&self, now: u64) -> worker::Result<Vec<Due>> {
        let query = format!(
            "SELECT session, at, told, failures, look_at FROM feed_subscriber
             WHERE next_at <= ?1 AND (look_at <= ?1 OR told < ({NEWEST}))"
        );
        sql::rows(self.0, &query, vec![integer(now)?])?
            .map(|row| {
                let mut row = row?;
                let failures = u32::try_from(row.number(3)?).unwrap_or(u32::MAX);
                Ok(Due {
                    session: row.text(0)?,
                    at: row.number(1)?,
                    told: row.number(2)?,
                    failures,
                    look_at: row.number(4)?,
                })
            })
            .collect()
    }

    /// A session was told up to that number, and is to be asked again then.
    pub(super) fn was_told(&self, due: &Due, newest: u64, look_at: u64, now: u64) -> worker::Result<()> {
        let told = "UPDATE feed_subscriber SET told = MAX(told, ?), failures = 0, next_at = 0, look_at = ? WHERE session = ?";
        let look_at = integer(look_at.max(now.saturating_add(SOONEST_MS)))?;
        self.0.exec(told, vec![integer(newest)?, look_at, due.session.as_str().into()]).map(drop)
    }

    /// A session wants to hear of nothing; unless it has subscribed again since it was called.
    pub(super) fn wants_nothing(&self, due: &Due) -> worker::Result<()> {
        let forget = "DELETE FROM feed_subscriber WHERE session = ? AND at = ?";
        self.0.exec(forget, vec![due.session.as_str().into(), integer(due.at)?]).map(drop)
    }

    /// A session could not be told. It is tried again, but not for ever.
    pub(super) fn was_not_told(&self, due: &Due, now: u64) -> worker::Result<()> {
        if due.look_at.saturating_add(GRACE_MS) <= now {
            return self.wants_nothing(due);
        }
        let failures = due.failures.saturating_add(1);
        let failed = "UPDATE feed_subscriber SET failures = ?, next_at = ? WHERE session = ?";
        let next_at = integer(next_try(now, failures))?;
        self.0.exec(failed, vec![integer(failures.into())?, next_at, due.session.as_str().into()]).map(drop)
    }

    /// Drops what everybody was told of.
    pub(super) fn forget_told(&self) -> worker::Result<()> {
        let told = "DELETE FROM feed_change WHERE NOT EXISTS (SELECT 1 FROM feed_adoption)
                    AND number <= coalesce((SELECT MIN(told) FROM feed_subscriber), number)";
        self.0.exec(told, None).map(drop)
    }

    /// When somebody is to be called next.
    pub(super) fn due(&self) -> worker::Result<Option<u64>> {
        let query = format!(
            "SELECT MIN(at) FROM (
                SELECT MAX(next_at, CASE WHEN told < ({NEWEST}) THEN 0 ELSE look_at END) AS at FROM feed_subscriber
                UNION ALL SELECT next_at FROM feed_adoption WHERE EXISTS (SELECT 1 FROM feed_change))"
        );
        sql::optional_number(self.0, &query, Vec::new())
    }

    /// How often it went wrong to ask the registry, where it is to be asked now: there is something to tell.
    pub(super) fn adoption_due(&self, now: u64) -> worker::Result<Option<u32>> {
        let query =
            "SELECT failures FROM feed_adoption WHERE next_at <= ? AND EXISTS (SELECT 1 FROM feed_change)";
        let failures = sql::optional_number(self.0, query, vec![integer(now)?])?;
        Ok(failures.map(|failures| u32::try_from(failures).unwrap_or(u32::MAX)))
    }

    /// Enters those who subscribed at the registry: they have not been told of anything that is kept here. Those who have subscribed
    /// here meanwhile are there already.
    pub(super) fn adopted(&self, subscribers: &[Subscriber], now: u64, look_at: u64) -> worker::Result<()> {
        for Subscriber { session, client } in subscribers {
            let enter = "INSERT OR IGNORE INTO feed_subscriber (session, client, at, told, failures, next_at, look_at)
                         VALUES (?, ?, ?, 0, 0, 0, ?)";
            let row: Vec<SqlStorageValue> =
                vec![session.as_str().into(), client.as_str().into(), integer(now)?, integer(look_at)?];
            self.0.exec(enter, row)?;
        }
        self.0.exec("DELETE FROM feed_adoption", None).map(drop)
    }

    /// The registry did not answer. It is asked again later.
    pub(super) fn not_adopted(&self, failures: u32, now: u64) -> worker::Result<()> {
        let failures = failures.saturating_add(1);
        let row = vec![integer(failures.into())?, integer(next_try(now, failures))?];
        self.0.exec("UPDATE feed_adoption SET failures = ?, next_at = ?", row).map(drop)
    }
}

/// After 1, 2, 4 … seconds.
fn next_try(now: u64, failures: u32) -> u64 {
    let pause = 1_000_u64.saturating_mul(1 << failures.saturating_sub(1).min(20));
    now.saturating_add(pause.min(LONGEST_PAUSE_MS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pauses_double_until_they_are_five_minutes_long() {
        let pauses: Vec<u64> = (1..=11).map(|failures| next_try(0, failures) / 1_000).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }

    proptest! {
        #[test]
        fn the_next_try_is_later_and_not_for_ever(now in 0..u64::MAX / 2, failures in any::<u32>()) {
            let next = next_try(now, failures);
            prop_assert!(next > now && next <= now + LONGEST_PAUSE_MS);
        }
    }
}
