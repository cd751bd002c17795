//! What is passed on as it comes: a body that may be longer than either side wants to hold, and its version.

use std::marker::PhantomData;

use worker::ResponseBody;

/// A document of a `D`, as the object reads it out and as the caller gets it.
pub struct Document<D> {
    version: u64,
    body: Option<ResponseBody>,
    of: PhantomData<fn() -> D>,
}

impl<D> Document<D> {
    /// The document at a version: a number that it has at no other state of what it is of.
    pub fn new(version: u64, body: ResponseBody) -> Self {
        Self { version, body: Some(body), of: PhantomData }
    }

    /// The version that the caller said it has: nothing is sent.
    pub fn known(version: u64) -> Self {
        Self { version, body: None, of: PhantomData }
    }

    /// Which version it is.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What it says, to be read once; `None` where the caller has it already.
    pub fn into_body(self) -> Option<ResponseBody> {
        self.body
    }
}
