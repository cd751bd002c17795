//! Takes nothing.

pub(crate) fn hidden() {}
