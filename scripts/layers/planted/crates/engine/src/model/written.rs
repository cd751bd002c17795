//! What stands on one's own floor may be taken, if it does not come back.

use super::{Error, Name};
use policy as rules;
use std::fmt::{self, *};

fn write(name: &Name, error: Error) -> usize {
    rules::checked(name.0.len())
}
