//! What is known of the tables without a look at them.

use std::{cell::Cell, rc::Rc};

/// How often a transaction of an object was rolled back, as far as this instance knows.
pub(super) type Undone = Rc<Cell<u64>>;

/// A value that the tables have, for an object that is the only one to change them: it is set or forgotten with each change, in a
/// transaction or without one. When a transaction is rolled back, nothing is known any more: whether a value was changed in it is not
/// asked.
pub struct Known<T> {
    undone: Undone,
    value: Cell<Option<(u64, T)>>,
}

/// For a value that is not used beyond one transaction, such as a migration's.
impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { undone: Undone::default(), value: Cell::default() }
    }
}

impl<T> Known<T> {
    pub(super) fn until(undone: &Undone) -> Self {
        Self { undone: Rc::clone(undone), value: Cell::default() }
    }

    /// The tables have it, now.
    pub fn set(&self, value: T) {
        self.value.set(Some((self.undone.get(), value)));
    }

    /// What the tables have is not known.
    pub fn forget(&self) {
        self.value.set(None);
    }

    /// The value, if it is known. It is not known any more then.
    pub fn take(&self) -> Option<T> {
        let (then, value) = self.value.take()?;
        (then == self.undone.get()).then_some(value)
    }
}

impl<T: Copy> Known<T> {
    /// The value, if it is known.
    pub fn get(&self) -> Option<T> {
        let (then, value) = self.value.get()?;
        (then == self.undone.get()).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> (Undone, Known<u64>) {
        let undone = Undone::default();
        let known = Known::until(&undone);
        (undone, known)
    }

    #[test]
    fn is_what_was_set_last() {
        let (_, known) = known();
        assert_eq!(known.get(), None);
        known.set(1);
        known.set(2);
        assert_eq!((known.get(), known.get()), (Some(2), Some(2)));
        known.forget();
        assert_eq!(known.get(), None);
    }

    #[test]
    fn is_gone_once_taken() {
        let (_, known) = known();
        known.set(1);
        assert_eq!((known.take(), known.take()), (Some(1), None));
    }

    #[test]
    fn is_not_known_after_a_transaction_was_rolled_back() {
        let (undone, known) = known();
        known.set(1);
        undone.set(1);
        assert_eq!(known.get(), None);
        known.set(2);
        assert_eq!(known.get(), Some(2));
        undone.set(2);
        assert_eq!(known.take(), None);
    }
}
