//! The limits of a list's history.
//!
//! Two bounds, since one change may touch every todo of a list: a number of changes, and a number of todos touched. Both
//! can be checked with an entry's own [`Mark`] and the newest one, so the store deletes the oldest entries one by one and never
//! has to read the rest.

/// The most changes that are kept.
pub const MAX_CHANGES: u64 = 500;

/// A change is dropped once the changes after it have touched this many todos.
pub const MAX_TOUCHED: u64 = 10_000;

/// Where a change stands in its list's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The change's number.
    pub number: u64,
    /// How many todos this change and all before it have touched, dropped ones included.
    pub touched: u64,
}

impl Mark {
    /// How many changes there are from this one to `newest`, both among them, by their numbers. `None`: there is a gap between them
    /// ([`Change::number`](crate::Change::number)), so they have to be counted.
    pub fn away_from(self, newest: Self) -> Option<u64> {
        let away = newest.number.saturating_sub(self.number).saturating_add(1);
        // The oldest is looked at after each change: without a gap it is one beyond the limit at most.
        (away <= MAX_CHANGES.saturating_add(1)).then_some(away)
    }

    /// Whether a change is still kept when `newest` is the newest, and is so many changes away, itself among them.
    pub fn is_kept(self, newest: Self, away: u64) -> bool {
        away <= MAX_CHANGES && newest.touched.saturating_sub(self.touched) < MAX_TOUCHED
    }
}
