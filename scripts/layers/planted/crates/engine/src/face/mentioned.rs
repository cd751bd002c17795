//! Handed on by its parent, which has a use for it itself.

use super::Shared; //~ circle

pub(crate) struct Mentioned(Shared);
