//! Access that has ended: who comes by it is refused, whatever the caller's Worker remembers.
//!
//! Identity tells it here before an end is answered ([`identity_workers::tell_ended_access`]). It is noted before anything else is
//! looked at, also by an object that does not have its list yet, and it is looked up in the turn in which a question is carried out.
//! A note is kept for as long as anybody could come with a confirmation from before it, and no number of others makes it go.

use identity_workers::{Access, Admission, END_REMEMBERED_MS};
use worker::SqlStorage;
use worker_kit::{object::Unanswered, sql::integer};

use super::questions::ListRefusal;

/// When to ask again who was confirmed too long ago, in seconds: the caller's Worker confirms it anew.
const AGAIN_SECONDS: u32 = 1;

pub(super) struct EndedAccess {
    sql: SqlStorage,
}

impl EndedAccess {
    pub(super) fn new(sql: SqlStorage) -> Self {
        Self { sql }
    }

    /// Refuses these from now on.
    pub(super) fn note(&self, ended: &[Access], now_ms: u64) -> worker::Result<()> {
        self.sweep(now_ms)?;
        for access in ended {
            self.sql.exec(
                "INSERT OR REPLACE INTO ended_access (access, told_at) VALUES (?, ?)",
                vec![access.to_string().into(), integer(now_ms)?],
            )?;
        }
        Ok(())
    }

    /// Lets only those go on whose access is not known to have ended.
    pub(super) fn check(&self, admission: &Admission, now_ms: u64) -> Result<(), Unanswered<ListRefusal>> {
        if admission.is_too_old(now_ms) {
            return Err(Unanswered::for_now(AGAIN_SECONDS));
        }
        let query = "SELECT 1 FROM ended_access WHERE access = ?";
        match self.sql.exec(query, vec![admission.access.to_string().into()])?.raw().next() {
            None => Ok(()),
            Some(_) => Err(Unanswered::Refused(ListRefusal::AccessEnded)),
        }
    }

    /// Forgets what nobody can come by any more.
    pub(super) fn sweep(&self, now_ms: u64) -> worker::Result<()> {
        let oldest = integer(now_ms.saturating_sub(END_REMEMBERED_MS))?;
        self.sql.exec("DELETE FROM ended_access WHERE told_at <= ?", vec![oldest])?;
        Ok(())
    }
}
