//! A face: it declares modules and hands on names, which is no import, and so no circle with whoever takes [`LIMIT`].

mod face;
mod handler;
mod left;
mod model;
mod right;
mod stray;

pub use handler::context::Context;
pub use model::{Name, Output};

pub const LIMIT: usize = 7;

/// `Output` is here the name of an associated type, and no use for what is handed on above.
pub type Later<T> = std::pin::Pin<Box<dyn std::future::Future<Output = T>>>;
