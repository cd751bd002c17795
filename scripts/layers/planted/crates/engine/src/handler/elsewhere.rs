//! The third, under another name than its file's.

pub struct Moved(fn() -> u8);

pub fn moved() -> Moved {
    use crate::handler;

    Moved(handler::answer::one) //~ circle
}
