//! A parent that is face and content at once. With `quiet` it is no circle: only the child takes something.

mod busy;
mod eager;
mod mentioned;
mod quiet;

use eager::Eager; //~ circle
pub(crate) use mentioned::Mentioned; //~ circle
pub(crate) use quiet::Quiet;

pub(crate) struct Shared;

fn work(eager: Eager) -> Mentioned {
    busy::answer() //~ circle
}
