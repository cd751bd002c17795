//! What every Worker here needs of its platform, and the platform's own crate does not have. It knows no application.
//!
//! # Layout
//! * [`storage`]: the storage of a Durable Object, with a schema that has a version and can change.
//! * [`timer`]: waiting for a time to pass.

pub mod storage;
pub mod timer;
