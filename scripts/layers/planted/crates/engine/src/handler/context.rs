//! Another. Within a file `super` is the file's own.

use crate::Later; //~ floor

pub struct Context {
    pub name: String,
    pub rest: Later<super::Moved>, //~ circle
}

mod inner {
    use super::Context;

    pub(super) fn of(_: Context) {}
}
