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
    /// The mark of the change after this one.
    #[must_use]
    pub fn next(self, number: u64, touches: usize) -> Self {
        Self { number, touched: self.touched.saturating_add(touches as u64) }
    }

    /// Whether a change is still kept when `newest` is the newest.
    pub fn is_kept(self, newest: Self) -> bool {
        newest.number.saturating_sub(self.number) < MAX_CHANGES
            && newest.touched.saturating_sub(self.touched) < MAX_TOUCHED
    }
}
