//! Used by its parent by a private `use`.

use super::Shared; //~ circle

pub(crate) struct Eager(Shared);
