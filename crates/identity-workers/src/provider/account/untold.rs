//! Ends of access that the application's object has yet to confirm: it lets this person's callers in without asking the account
//! ([`crate::access`]). An end is stored in the turn in which it happens, until the notification is confirmed.

use oauth::Timestamp;
use worker::SqlStorage;
use worker_kit::sql;

use crate::access::{self, Access};

/// The most ends that are stored; the oldest are deleted first. The application's object is then never notified of that end, and refuses
/// the caller only when the account is asked next, a minute later at most.
const MOST: i64 = 1_000;

/// The bounds of the pause before the next notification, in seconds. The pause is as long as the oldest end has been waiting.
const SOONEST_SECONDS: i64 = 5;
const LATEST_SECONDS: i64 = 300;

#[derive(Clone)]
pub(super) struct Untold {
    sql: SqlStorage,
}

/// An end of access, with its number in the order in which they happened.
pub(super) struct UntoldEnd {
    pub(super) place: i64,
    pub(super) access: Access,
}

impl Untold {
    pub(super) fn new(sql: SqlStorage) -> Self {
        Self { sql }
    }

    /// Stores that an access has ended now. Does nothing where no function is set with [`access::tell_ended_access`].
    pub(super) fn note(&self, access: &Access, now: Timestamp) -> worker_kit::Result<()> {
        if access::who_is_told().is_none() {
            return Ok(());
        }
        let row: sql::Values<'_> = &[&json::to_string(access)?, &now];
        sql::run(&self.sql, "INSERT INTO untold_ends (access, ended_at) VALUES (?, ?)", row)?;
        let surplus = "DELETE FROM untold_ends WHERE place <= (SELECT MAX(place) FROM untold_ends) - ?";
        sql::run(&self.sql, surplus, &[&MOST])
    }

    /// The ends that are not confirmed, in order.
    pub(super) fn all(&self) -> worker_kit::Result<Vec<UntoldEnd>> {
        let query = "SELECT place, access FROM untold_ends ORDER BY place";
        let rows: Vec<(i64, String)> = sql::read(&self.sql, query, &[])?;
        rows.into_iter()
            .map(|(place, access)| Ok(UntoldEnd { place, access: json::from_str(&access)? }))
            .collect()
    }

    /// The greatest number; `None`: there are no ends.
    pub(super) fn last(&self) -> worker_kit::Result<Option<i64>> {
        let last = sql::read_first(&self.sql, "SELECT MAX(place) FROM untold_ends", &[])?;
        Ok(last.flatten())
    }

    /// Deletes the ends up to a number: they are confirmed.
    pub(super) fn heard(&self, place: i64) -> worker_kit::Result<()> {
        sql::run(&self.sql, "DELETE FROM untold_ends WHERE place <= ?", &[&place])
    }

    /// In how many seconds to notify again; `None` when every end is confirmed.
    pub(super) fn wait(&self, now: Timestamp) -> worker_kit::Result<Option<i64>> {
        let oldest: Option<Option<Timestamp>> =
            sql::read_first(&self.sql, "SELECT MIN(ended_at) FROM untold_ends", &[])?;
        Ok(oldest.flatten().map(|at| now.since(at).clamp(SOONEST_SECONDS, LATEST_SECONDS)))
    }
}
