//! The tables of a feed: the subscribers, and the changes that they have yet to be notified of.

use mcp::ResourceChange;
use worker::SqlStorage;
use worker_kit::sql;

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

/// Makes the feed take over the subscriptions of the principal's registry before it first notifies a session. A migration, to run after
/// [`SCHEMA`], for objects whose earlier releases left subscriptions to the registry.
///
/// # Errors
/// The storage's.
pub fn adopt(sql: &SqlStorage) -> worker_kit::Result<()> {
    sql::run(sql, "INSERT INTO feed_adoption (only, failures, next_at) VALUES (1, 0, 0)", &[])
}

/// The most commands whose changes are stored. Beyond that the oldest are dropped without notice.
const MOST_KEPT: u64 = 1_000;

/// The most changes in one call; beyond that only the newest are sent.
const MOST_TOLD: usize = 1_000;

/// The longest time between two tries, in milliseconds.
const LONGEST_PAUSE_MS: u64 = 5 * 60 * 1_000;

/// How long after its `look_at` a session that cannot be reached is removed, in milliseconds.
const GRACE_MS: u64 = 60 * 60 * 1_000;

/// The least time until a session is asked again whether it is still subscribed, in milliseconds, whatever time it answered.
const SOONEST_MS: u64 = 1_000;

/// The least time between two calls that notify a session, in milliseconds. What changes meanwhile is sent together, in the later one:
/// a burst of changes does not become as many calls to each of the sessions.
pub(super) const PAUSE_MS: u64 = 100;

/// The number of the newest change, also of a deleted one.
const NEWEST: &str =
    "SELECT MAX(number) FROM (SELECT number FROM feed_change UNION ALL SELECT told FROM feed_subscriber)";

pub(super) struct Tables<'a>(pub(super) &'a SqlStorage);

/// A stored subscription.
pub(super) struct Entered {
    pub(super) session: String,
    pub(super) client: String,
    pub(super) at: u64,
}

/// A session that is due to be notified, or to be asked whether it is still subscribed.
pub(super) struct Due {
    pub(super) session: String,
    pub(super) at: u64,
    pub(super) told: u64,
    failures: u32,
    look_at: u64,
}

impl Tables<'_> {
    /// All subscriptions but that of one session, the oldest first.
    pub(super) fn others(&self, session: &str) -> worker_kit::Result<Vec<Entered>> {
        let query = "SELECT session, client, at FROM feed_subscriber WHERE session <> ? ORDER BY at, rowid";
        sql::rows(self.0, query, &[&session])?
            .into_iter()
            .map(|mut row| Ok(Entered { session: row.text(0)?, client: row.text(1)?, at: row.number(2)? }))
            .collect()
    }

    /// Stores a subscription, to changes from now on. A session that is subscribed already keeps its pending changes.
    pub(super) fn enter(&self, subscriber: &Subscriber, now: u64, look_at: u64) -> worker_kit::Result<()> {
        let Subscriber { session, client } = subscriber;
        let enter = "INSERT INTO feed_subscriber (session, client, at, told, failures, next_at, look_at) VALUES (?, ?, ?, ?, 0, 0, ?)
                     ON CONFLICT (session) DO UPDATE SET client = excluded.client, at = excluded.at, failures = 0, next_at = 0, look_at = excluded.look_at";
        let row: sql::Values<'_> = &[&session, &client, &now, &self.newest()?, &look_at];
        sql::run(self.0, enter, row)
    }

    pub(super) fn forget(&self, session: &str) -> worker_kit::Result<()> {
        sql::run(self.0, "DELETE FROM feed_subscriber WHERE session = ?", &[&session])
    }

    pub(super) fn forget_all(&self) -> worker_kit::Result<()> {
        sql::run(self.0, "DELETE FROM feed_subscriber", &[])?;
        sql::run(self.0, "DELETE FROM feed_change", &[])
    }

    /// Whether there are subscribers, or may be some in the registry.
    pub(super) fn has_audience(&self) -> worker_kit::Result<bool> {
        let query = "SELECT EXISTS (SELECT 1 FROM feed_subscriber) OR EXISTS (SELECT 1 FROM feed_adoption)";
        Ok(sql::optional_number(self.0, query, &[])? == Some(1))
    }

    /// All subscribed sessions, the oldest first.
    pub(super) fn subscribers(&self) -> worker_kit::Result<Vec<Subscriber>> {
        let all = self.others("")?.into_iter();
        Ok(all.map(|Entered { session, client, .. }| Subscriber { session, client }).collect())
    }

    /// Stores the changes of one command until they were delivered.
    pub(super) fn keep(&self, changes: &[ResourceChange]) -> worker_kit::Result<()> {
        let number = self.newest()?.saturating_add(1);
        let row: sql::Values<'_> = &[&number, &json::to_string(changes)?];
        sql::run(self.0, "INSERT INTO feed_change (number, changes) VALUES (?, ?)", row)?;
        let too_old = number.saturating_sub(MOST_KEPT);
        sql::run(self.0, "DELETE FROM feed_change WHERE number <= ?", &[&too_old])
    }

    pub(super) fn newest(&self) -> worker_kit::Result<u64> {
        Ok(sql::optional_number(self.0, NEWEST, &[])?.unwrap_or_default())
    }

    /// The changes after the number `told`, each once.
    pub(super) fn changes_after(&self, told: u64) -> worker_kit::Result<Vec<ResourceChange>> {
        let query = "SELECT changes FROM feed_change WHERE number > ? ORDER BY number DESC";
        let mut newest_first = Vec::new();
        for mut row in sql::rows(self.0, query, &[&told])? {
            let changes: Vec<ResourceChange> = json::from_str(&row.text(0)?)?;
            for change in changes.into_iter().rev() {
                if newest_first.len() < MOST_TOLD && !newest_first.contains(&change) {
                    newest_first.push(change);
                }
            }
        }
        newest_first.reverse();
        Ok(newest_first)
    }

    /// The sessions to call now.
    pub(super) fn due_now(&self, now: u64) -> worker_kit::Result<Vec<Due>> {
        let query = format!(
            "SELECT session, at, told, failures, look_at FROM feed_subscriber
             WHERE next_at <= ?1 AND (look_at <= ?1 OR told < ({NEWEST}))"
        );
        sql::rows(self.0, &query, &[&now])?
            .into_iter()
            .map(|mut row| {
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

    /// Notes that a session was notified up to the number `newest`, and is to be asked again at `look_at`.
    pub(super) fn was_told(&self, due: &Due, newest: u64, look_at: u64, now: u64) -> worker_kit::Result<()> {
        let told = "UPDATE feed_subscriber SET told = MAX(told, ?), failures = 0, next_at = ?, look_at = ? WHERE session = ?";
        let next_at = now.saturating_add(PAUSE_MS);
        let look_at = look_at.max(now.saturating_add(SOONEST_MS));
        sql::run(self.0, told, &[&newest, &next_at, &look_at, &due.session])
    }

    /// Removes a session that is not subscribed any more, unless it has subscribed again since it was called.
    pub(super) fn wants_nothing(&self, due: &Due) -> worker_kit::Result<()> {
        let forget = "DELETE FROM feed_subscriber WHERE session = ? AND at = ?";
        sql::run(self.0, forget, &[&due.session, &due.at])
    }

    /// Notes that a call failed. The session is called again later, and removed [`GRACE_MS`] after its `look_at`.
    pub(super) fn was_not_told(&self, due: &Due, now: u64) -> worker_kit::Result<()> {
        if due.look_at.saturating_add(GRACE_MS) <= now {
            return self.wants_nothing(due);
        }
        let failures = due.failures.saturating_add(1);
        let failed = "UPDATE feed_subscriber SET failures = ?, next_at = ? WHERE session = ?";
        let next_at = next_try(now, failures);
        sql::run(self.0, failed, &[&failures, &next_at, &due.session])
    }

    /// Deletes the changes that every subscriber was notified of.
    pub(super) fn forget_told(&self) -> worker_kit::Result<()> {
        let told = "DELETE FROM feed_change WHERE NOT EXISTS (SELECT 1 FROM feed_adoption)
                    AND number <= coalesce((SELECT MIN(told) FROM feed_subscriber), number)";
        sql::run(self.0, told, &[])
    }

    /// When the next call is due, in milliseconds since 1970.
    pub(super) fn due(&self) -> worker_kit::Result<Option<u64>> {
        let query = format!(
            "SELECT MIN(at) FROM (
                SELECT MAX(next_at, CASE WHEN told < ({NEWEST}) THEN 0 ELSE look_at END) AS at FROM feed_subscriber
                UNION ALL SELECT next_at FROM feed_adoption WHERE EXISTS (SELECT 1 FROM feed_change))"
        );
        sql::optional_number(self.0, &query, &[])
    }

    /// When the next session is to be notified of stored changes, in milliseconds since 1970.
    pub(super) fn next_to_notify(&self) -> worker_kit::Result<Option<u64>> {
        let query = format!("SELECT MIN(next_at) FROM feed_subscriber WHERE told < ({NEWEST})");
        sql::optional_number(self.0, &query, &[])
    }

    /// How many calls to the registry have failed, if it is to be called now: only when there is a change to send.
    pub(super) fn adoption_due(&self, now: u64) -> worker_kit::Result<Option<u32>> {
        let query =
            "SELECT failures FROM feed_adoption WHERE next_at <= ? AND EXISTS (SELECT 1 FROM feed_change)";
        let failures = sql::optional_number(self.0, query, &[&now])?;
        Ok(failures.map(|failures| u32::try_from(failures).unwrap_or(u32::MAX)))
    }

    /// Stores the subscriptions of the registry. All stored changes are new to these sessions. Those that have subscribed here
    /// meanwhile are left as they are.
    pub(super) fn adopted(
        &self,
        subscribers: &[Subscriber],
        now: u64,
        look_at: u64,
    ) -> worker_kit::Result<()> {
        for Subscriber { session, client } in subscribers {
            let enter = "INSERT OR IGNORE INTO feed_subscriber (session, client, at, told, failures, next_at, look_at)
                         VALUES (?, ?, ?, 0, 0, 0, ?)";
            let row: sql::Values<'_> = &[&session, &client, &now, &look_at];
            sql::run(self.0, enter, row)?;
        }
        sql::run(self.0, "DELETE FROM feed_adoption", &[])
    }

    /// Notes that the registry did not answer. It is called again later.
    pub(super) fn not_adopted(&self, failures: u32, now: u64) -> worker_kit::Result<()> {
        let failures = failures.saturating_add(1);
        let row: sql::Values<'_> = &[&failures, &next_try(now, failures)];
        sql::run(self.0, "UPDATE feed_adoption SET failures = ?, next_at = ?", row)
    }
}

/// The time of the next try: after 1, 2, 4 … seconds, at most [`LONGEST_PAUSE_MS`].
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
