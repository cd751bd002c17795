//! Futures of hosts with one thread.

use std::future::Future;
use std::pin::Pin;

/// A future that stays on its thread, as everything does in an isolate.
pub type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;
