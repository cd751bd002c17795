//! Work of which there is one run at a time.

use std::cell::Cell;

/// A turn at some work. It ends when it is dropped, also where the platform drops it half-way.
pub struct Turn<'a>(&'a Cell<bool>);

impl<'a> Turn<'a> {
    /// The turn that a flag stands for, unless somebody has it.
    pub fn of(is_taken: &'a Cell<bool>) -> Option<Self> {
        (!is_taken.replace(true)).then(|| Self(is_taken))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
