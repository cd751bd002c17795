//! What every call to a Durable Object has in common: a time limit.

use std::{future::Future, pin::pin, time::Duration};

use futures_util::future::{Either, select};
use worker::Delay;

use crate::http::{Failure, Problem};

/// Waits for an object, but not for ever: one that broke in the middle of a request never answers it.
///
/// # Errors
/// 503 after `limit`; the object may or may not have done what it was asked.
pub(crate) async fn within<T>(
    limit: Duration,
    call: impl Future<Output = worker::Result<T>>,
) -> Result<T, Failure> {
    match select(pin!(call), pin!(Delay::from(limit))).await {
        Either::Left((answer, _)) => Ok(answer?),
        Either::Right(_) => {
            Err(Problem::unavailable("The server took too long. Look before you try again.").into())
        }
    }
}
