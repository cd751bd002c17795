//! Access that has ended: a question with it is refused, whatever the caller's Worker has cached.
//!
//! Identity notifies the object before it answers an end ([`identity_workers::tell_ended_access`]). The end is stored first of all, also
//! by an object that does not have its list yet. It is looked up in the turn in which a question is carried out. It is stored for as
//! long as a confirmation from before it may be used, however many other ends there are.

use std::{cell::Cell, rc::Rc};

use identity_workers::{Access, Admission, END_REMEMBERED_MS};
use worker_kit::{object::Unanswered, sql, storage::ObjectStorage};

use super::{now_ms, questions::ListRefusal};

/// The `Retry-After` for an admission that is too old, in seconds: the caller's Worker confirms it again.
const AGAIN_SECONDS: u32 = 1;

/// What the asker of a question was let in by.
pub(super) struct Admitted {
    pub(super) ended: Rc<EndedAccess>,
    pub(super) admission: Option<Admission>,
}

impl Admitted {
    /// Refuses whose access has ended; 503 where it was confirmed too long ago.
    pub(super) fn check(&self) -> Result<(), Unanswered<ListRefusal>> {
        match &self.admission {
            Some(admission) => self.ended.check(admission, now_ms()),
            None => Ok(()),
        }
    }
}

/// There is one instance while the object is loaded: only it stores ends, so it knows when there are none.
pub(super) struct EndedAccess {
    storage: Rc<ObjectStorage>,
    /// No end is stored. Hardly ever is one, and every question asks.
    is_empty: Cell<bool>,
}

impl EndedAccess {
    pub(super) fn new(storage: Rc<ObjectStorage>) -> Self {
        Self { storage, is_empty: Cell::new(false) }
    }

    /// Stores ends of access: these are refused from now on.
    pub(super) fn note(&self, ended: &[Access], now_ms: u64) -> worker_kit::Result<()> {
        self.is_empty.set(false);
        self.sweep(now_ms)?;
        let sql = self.storage.tables()?;
        for access in ended {
            sql::run(
                sql,
                "INSERT OR REPLACE INTO ended_access (access, told_at) VALUES (?, ?)",
                &[&access.to_string(), &now_ms],
            )?;
        }
        Ok(())
    }

    /// Refuses an admission whose access has ended; 503 for one that is too old.
    fn check(&self, admission: &Admission, now_ms: u64) -> Result<(), Unanswered<ListRefusal>> {
        if admission.is_too_old(now_ms) {
            return Err(Unanswered::for_now(AGAIN_SECONDS));
        }
        if self.is_empty.get() {
            return Ok(());
        }
        let sql = self.storage.tables()?;
        let its = "SELECT 1 FROM ended_access WHERE access = ?";
        if sql::optional_number(sql, its, &[&admission.access.to_string()])?.is_some() {
            return Err(Unanswered::Refused(ListRefusal::AccessEnded));
        }
        let any = "SELECT 1 FROM ended_access LIMIT 1";
        self.is_empty.set(sql::optional_number(sql, any, &[])?.is_none());
        Ok(())
    }

    /// Deletes ends that are older than every admission still accepted.
    pub(super) fn sweep(&self, now_ms: u64) -> worker_kit::Result<()> {
        let oldest = now_ms.saturating_sub(END_REMEMBERED_MS);
        sql::run(self.storage.tables()?, "DELETE FROM ended_access WHERE told_at <= ?", &[&oldest])
    }
}
