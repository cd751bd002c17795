//! What is compiled without tests too is no test, and a macro's words are code.

#[cfg(any(test, not(test)))]
use crate::handler::{
    self,
    context::Context as Above, //~ floor
};

pub struct Error;
pub struct Output;

macro_rules! made {
    ($name:ident) => {
        $crate::handler::made::$name() //~ floor
    };
}

fn listed() -> Vec<u8> {
    vec![0, super::super::handler::answer::one()] //~ floor
}
