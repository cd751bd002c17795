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

/// The first and the last change that are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The change with the least number.
    pub oldest: Mark,
    /// The change with the greatest number.
    pub newest: Mark,
}

impl Ends {
    /// The ends once a change of that number is stored, or one more part of it, with so many todos. `before`: those of what was
    /// stored until then, where no number is greater; `None`: there was nothing.
    pub fn with(before: Option<Self>, number: u64, todos: usize) -> Self {
        let touched = before.map_or(0, |before| before.newest.touched);
        let newest = Mark { number, touched: touched.saturating_add(todos as u64) };
        let oldest = before.map(|before| before.oldest).filter(|oldest| oldest.number != number);
        Self { oldest: oldest.unwrap_or(newest), newest }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_a_change_has_touched_its_todos_after_all_that_is_stored() {
        let mark = |number, touched| Mark { number, touched };
        let mut ends = None;
        let mut with = |number, touches| *ends.insert(Ends::with(ends, number, touches));
        assert_eq!(with(7, 50), Ends { oldest: mark(7, 50), newest: mark(7, 50) });
        assert_eq!(with(7, 3), Ends { oldest: mark(7, 53), newest: mark(7, 53) });
        assert_eq!(with(9, 1), Ends { oldest: mark(7, 53), newest: mark(9, 54) });
        assert_eq!(with(9, 50), Ends { oldest: mark(7, 53), newest: mark(9, 104) });
    }
}
