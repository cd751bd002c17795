//! What becomes of one record in the queue: a row for each record that KV may not have as it is.

/// How long after a doubtful write the record is written for the last time, in milliseconds: what was under way then has landed by
/// that time, or never will.
pub const DOUBT_MS: u64 = 60 * 1_000;

/// KV takes one write a second for each key.
pub const PACE_MS: u64 = 1_000;

/// The longest time between two tries, in milliseconds.
pub const LONGEST_PAUSE_MS: u64 = 3 * 60 * 1_000;

/// One record that KV may not have as it is. All times are in milliseconds since the epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// By which the record is known in the object. Its key in KV is made of it by the [`Target`](crate::Target).
    pub id: String,
    /// Rises with each change of the record for as long as the row is there.
    pub version: u64,
    /// Since when KV does not have the record as it is.
    pub since: u64,
    /// When it is to be written next.
    pub due_at: u64,
    /// How often in a row it was refused.
    pub failures: u32,
    /// When a write of it ended of which nobody knows whether it was, or will be, carried out.
    pub doubt_at: Option<u64>,
    /// KV took this version. The row is still there because of an older doubt.
    pub copied: bool,
}

impl Row {
    /// The row of a record that has just changed and may be written from `earliest` on. `before`: its row, if it has one.
    pub fn changed(before: Option<Self>, id: &str, now: u64, earliest: u64) -> Self {
        let fresh = Self {
            id: id.to_owned(),
            version: 1,
            since: now,
            due_at: earliest,
            failures: 0,
            doubt_at: None,
            copied: false,
        };
        match before {
            None => fresh,
            Some(before) => Self {
                version: before.version.saturating_add(1),
                since: if before.copied { now } else { before.since },
                doubt_at: before.doubt_at,
                ..fresh
            },
        }
    }

    /// The row while it is being written. One that was copied already is not, until that has ended: should the object die now, the
    /// write is one that may land at any time.
    #[must_use]
    pub fn begun(self, now: u64) -> Self {
        Self { since: if self.copied { now } else { self.since }, copied: false, ..self }
    }

    /// After KV took the version `written`, which was begun at one time and ended at another. `None`: there is nothing left to do.
    pub fn taken(self, written: u64, begun: u64, ended: u64) -> Option<Self> {
        let paced = ended.saturating_add(PACE_MS);
        if self.version != written {
            return Some(Self { due_at: self.due_at.max(paced), failures: 0, ..self });
        }
        let last =
            self.doubt_at.map(|doubt_at| doubt_at.saturating_add(DOUBT_MS)).filter(|last| begun < *last)?;
        Some(Self { due_at: last.max(paced), failures: 0, copied: true, ..self })
    }

    /// After a write that failed, or seemed to.
    #[must_use]
    pub fn refused(self, ended: u64) -> Self {
        let failures = self.failures.saturating_add(1);
        Self { due_at: ended.saturating_add(pause_ms(failures)), failures, doubt_at: Some(ended), ..self }
    }

    /// Where a write may have been under way that nobody will hear of any more.
    #[must_use]
    pub fn doubted(self, now: u64) -> Self {
        if self.copied { self } else { Self { due_at: self.due_at.min(now), doubt_at: Some(now), ..self } }
    }
}

/// How long to wait after so many failures in a row: 1, 2, 4 … seconds, and at most [`LONGEST_PAUSE_MS`].
pub fn pause_ms(failures: u32) -> u64 {
    PACE_MS.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(LONGEST_PAUSE_MS)
}
