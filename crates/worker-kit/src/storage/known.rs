//! What is known of the tables without a look at them.

use std::{cell::Cell, rc::Rc};

/// How often what was written to an object's tables was undone, as far as this instance knows.
#[derive(Clone, Default)]
pub(super) struct Undone(Rc<Cell<u64>>);

impl Undone {
    /// The tables are no longer as they were written.
    pub(super) fn note(&self) {
        self.0.set(self.0.get().wrapping_add(1));
    }

    /// Has `transact` carry out `steps` and roll back what they have written where they fail.
    pub(super) fn in_transaction<T, E: From<crate::Error>>(
        &self,
        steps: impl FnOnce() -> Result<T, E>,
        transact: impl FnOnce(&mut dyn FnMut() -> crate::Result<()>) -> crate::Result<()>,
    ) -> Result<T, E> {
        let mut steps = Some(steps);
        let mut outcome = None;
        let done = transact(&mut || {
            let Some(steps) = steps.take() else { return Err("steps are done once".into()) };
            let is_good = outcome.insert(steps()).is_ok();
            if is_good { Ok(()) } else { Err("undone".into()) }
        });
        if done.is_err() {
            self.note();
        }
        match (outcome, done) {
            (Some(Ok(_)) | None, Err(error)) => Err(error.into()),
            (Some(outcome), _) => outcome,
            (None, Ok(())) => Err(crate::Error::from("the steps were not done").into()),
        }
    }
}

/// A value that the tables have, for an object that is the only one to change them: it is set or forgotten with each change, in a
/// transaction or without one. When a transaction is rolled back, or everything deleted, nothing is known any more: whether a value was
/// changed by it is not asked.
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
        Self { undone: undone.clone(), value: Cell::default() }
    }

    /// The tables have it, now.
    pub fn set(&self, value: T) {
        self.value.set(Some((self.undone.0.get(), value)));
    }

    /// What the tables have is not known.
    pub fn forget(&self) {
        self.value.set(None);
    }

    /// The value, if it is known. It is not known any more then.
    pub fn take(&self) -> Option<T> {
        let (then, value) = self.value.take()?;
        (then == self.undone.0.get()).then_some(value)
    }
}

impl<T: Copy> Known<T> {
    /// The value, if it is known.
    pub fn get(&self) -> Option<T> {
        let (then, value) = self.value.get()?;
        (then == self.undone.0.get()).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

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
        let steps = || {
            known.set(2);
            Err(Error::from("a step"))
        };
        let failed: crate::Result<()> = undone.in_transaction(steps, |steps| steps());
        assert_eq!((failed.unwrap_err().to_string(), known.get()), ("a step".to_owned(), None));
        known.set(3);
        assert_eq!(known.get(), Some(3));
        // The steps are done, and the platform does not keep what they have written.
        let steps = || {
            known.set(4);
            Ok::<_, Error>(())
        };
        let failed = undone.in_transaction(steps, |steps| {
            steps()?;
            Err("the platform".into())
        });
        assert_eq!((failed.unwrap_err().to_string(), known.take()), ("the platform".to_owned(), None));
    }

    #[test]
    fn is_known_after_a_transaction() {
        let (undone, known) = known();
        let done: crate::Result<u8> = undone.in_transaction(
            || {
                known.set(1);
                Ok(5)
            },
            |steps| steps(),
        );
        assert_eq!((done.unwrap(), known.get()), (5, Some(1)));
    }
}
