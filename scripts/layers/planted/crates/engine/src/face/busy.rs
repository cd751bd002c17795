//! Used by its parent by a path.

pub(super) fn answer() -> u8 {
    super::Shared; //~ circle
    0
}
