//! Knows nobody.

pub struct Right;
