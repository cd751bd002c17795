//! A face again. Its children may take from each other.

mod error;
mod name;
mod written;

pub use self::error::{Error, Output};
pub use self::name::Name;
