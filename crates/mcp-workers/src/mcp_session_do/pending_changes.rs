//! What a principal's clients are still to be told.

use std::cell::{Cell, RefCell};

use mcp::ResourceChange;

/// The most changes that wait to be told. Beyond that only the newest are.
const MAX_WAITING: usize = 1_000;

/// What is still to be told.
#[derive(Default)]
pub(super) struct PendingChanges {
    waiting: RefCell<Vec<ResourceChange>>,
    telling: Cell<bool>,
}

impl PendingChanges {
    pub(super) fn add(&self, changes: Vec<ResourceChange>) {
        let Ok(mut waiting) = self.waiting.try_borrow_mut() else { return };
        for change in changes {
            if !waiting.contains(&change) {
                waiting.push(change);
            }
        }
        let too_many = waiting.len().saturating_sub(MAX_WAITING);
        waiting.drain(..too_many);
    }

    /// A turn of telling, unless somebody has it: it ends with what is answered.
    pub(super) fn turn(&self) -> Option<Turn<'_>> {
        (!self.telling.replace(true)).then(|| Turn(&self.telling))
    }

    /// What waits, which then waits no more.
    pub(super) fn take(&self) -> Vec<ResourceChange> {
        self.waiting.take()
    }
}

/// Ends a turn, also when the platform drops it half-way.
pub(super) struct Turn<'a>(&'a Cell<bool>);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_changes_wait_each_once_and_the_oldest_are_not_told() {
        let changed = |number: usize| ResourceChange::Resource { uri: format!("test://{number}") };
        let pending = PendingChanges::default();
        pending.add((0..MAX_WAITING).map(changed).collect());
        pending.add(vec![changed(7), changed(MAX_WAITING), changed(MAX_WAITING + 1)]);
        assert_eq!(pending.take(), (2..MAX_WAITING + 2).map(changed).collect::<Vec<_>>());
        assert_eq!(pending.take(), []);
    }
}
