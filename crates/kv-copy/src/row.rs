//! The rows of the queue: one for each record whose current state KV may not have.

/// How long after a doubtful write the record is written for the last time, in milliseconds: a write in flight takes effect within
/// that time, or never.
pub const DOUBT_MS: u64 = 60 * 1_000;

/// The least time between a write that KV took and the next of the same record, in milliseconds. KV takes one a second for each key; but
/// what changes all the time need not be written as often: a write is what costs most of it, and may be seen only a minute later.
pub const PACE_MS: u64 = 3_000;

/// The time between a write that failed and the next, in milliseconds, if it is the first in a row: KV takes one a second for each key.
pub const FIRST_PAUSE_MS: u64 = 1_000;

/// The longest time between two tries, in milliseconds.
pub const LONGEST_PAUSE_MS: u64 = 3 * 60 * 1_000;

/// One record whose current state KV may not have. All times are in milliseconds since the epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The record's id in the object. The [`Target`](crate::Target) makes the key in KV of it.
    pub id: String,
    /// Rises with each change of the record while the row exists.
    pub version: u64,
    /// The time of the oldest change that KV does not have.
    pub since: u64,
    /// When it is to be written next.
    pub due_at: u64,
    /// How many writes in a row failed.
    pub failures: u32,
    /// When a write ended that failed or was lost, but may still take effect.
    pub doubt_at: Option<u64>,
    /// Whether KV took this version. The row then stays because of `doubt_at`.
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

    /// The row while it is written. It does not count as copied meanwhile: if the object is killed now, the write may take effect at
    /// any time.
    #[must_use]
    pub fn begun(self, now: u64) -> Self {
        Self { since: if self.copied { now } else { self.since }, copied: false, ..self }
    }

    /// The row after KV took the version `written`, in a write from `begun` to `ended`. `None`: nothing is left to do.
    pub fn taken(self, written: u64, begun: u64, ended: u64) -> Option<Self> {
        let paced = ended.saturating_add(PACE_MS);
        if self.version != written {
            return Some(Self { due_at: self.due_at.max(paced), failures: 0, ..self });
        }
        let last =
            self.doubt_at.map(|doubt_at| doubt_at.saturating_add(DOUBT_MS)).filter(|last| begun < *last)?;
        Some(Self { due_at: last.max(paced), failures: 0, copied: true, ..self })
    }

    /// The row after a write that failed, or seemed to.
    #[must_use]
    pub fn refused(self, ended: u64) -> Self {
        let failures = self.failures.saturating_add(1);
        Self { due_at: ended.saturating_add(pause_ms(failures)), failures, doubt_at: Some(ended), ..self }
    }

    /// The row where a write may have been in flight whose outcome is lost. A copied row stays as it is.
    #[must_use]
    pub fn doubted(self, now: u64) -> Self {
        if self.copied { self } else { Self { due_at: self.due_at.min(now), doubt_at: Some(now), ..self } }
    }
}

/// How long to wait after so many failures in a row: 1, 2, 4 … seconds, and at most [`LONGEST_PAUSE_MS`].
pub fn pause_ms(failures: u32) -> u64 {
    FIRST_PAUSE_MS.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(LONGEST_PAUSE_MS)
}
