//! A lock on work that runs once at a time.

use std::cell::Cell;

/// The lock on some work. It is released when dropped, also where the platform drops the work half-way.
pub struct Turn<'a>(&'a Cell<bool>);

impl<'a> Turn<'a> {
    /// Takes the lock behind the flag; `None` if it is held.
    pub fn of(is_taken: &'a Cell<bool>) -> Option<Self> {
        (!is_taken.replace(true)).then(|| Self(is_taken))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
