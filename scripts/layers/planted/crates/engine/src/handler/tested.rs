//! For tests alone.

pub struct Tested;
