//! Handed on by its parent, which has no use for it itself.

use super::Shared;

pub(crate) struct Quiet(Shared);
