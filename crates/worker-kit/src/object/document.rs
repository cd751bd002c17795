//! A body that is streamed through, since it may be longer than either side wants to hold, and its version.

use std::marker::PhantomData;

use crate::http::Body;

/// A document of type `D` with its version, as the object sends it and as the caller receives it.
pub struct Document<D> {
    version: u64,
    body: Option<Body>,
    of: PhantomData<fn() -> D>,
}

impl<D> Document<D> {
    /// Makes a document. `version` must differ for every state of the data.
    pub fn new(version: u64, body: Body) -> Self {
        Self { version, body: Some(body), of: PhantomData }
    }

    /// Makes a document without a body: the caller said that it has this version.
    pub fn known(version: u64) -> Self {
        Self { version, body: None, of: PhantomData }
    }

    /// The version.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The body, to be read once; `None` where the caller has this version already.
    pub fn into_body(self) -> Option<Body> {
        self.body
    }
}
