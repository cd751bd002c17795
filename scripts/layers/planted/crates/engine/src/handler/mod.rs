//! Declares, and hands on.

pub(crate) mod answer;
pub mod context;
pub(crate) mod made;
#[path = "elsewhere.rs"]
mod moved;
mod tested;

pub use context::Context;
pub(crate) use moved::Moved;
