//! Work behind an answer.

use std::{future::Future, pin::Pin};

use worker::{Context, State};

/// What lets a request answer before its work is done.
pub trait Background {
    /// Has the platform wait for work that goes on after the answer, as it does for half a minute; an object stays awake for it.
    ///
    /// The work has a box, so that what makes a promise of it is compiled once and not for each.
    fn behind(&self, work: impl Future<Output = ()> + 'static);
}

/// Work in a box.
type Work = Pin<Box<dyn Future<Output = ()>>>;

#[expect(clippy::disallowed_methods, reason = "here")]
impl Background for State {
    fn behind(&self, work: impl Future<Output = ()> + 'static) {
        self.wait_until(Box::pin(work) as Work);
    }
}

#[expect(clippy::disallowed_methods, reason = "here")]
impl Background for Context {
    fn behind(&self, work: impl Future<Output = ()> + 'static) {
        self.wait_until(Box::pin(work) as Work);
    }
}
