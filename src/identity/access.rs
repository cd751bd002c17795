//! How long a connected app is let in: until its token expires, or the person takes back what it came of. A request is over
//! before that matters; an event stream may not be.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Poll, Waker},
    time::Duration,
};

use futures_util::future::{Either, select};
use oauth::{
    Timestamp, UserId,
    jwt::{AccessClaims, LEEWAY_SECONDS},
};
use uuid::Uuid;
use worker::{Delay, console_error};

use super::{now, provider};
use crate::router::App;

/// The longest that one timer runs. The platform's count milliseconds in 31 bits.
const LONGEST_TIMER_SECONDS: i64 = 24 * 60 * 60;

/// What a request was let in by.
pub(crate) struct Access {
    user_id: UserId,
    /// What the embedded provider can be asked about. Stytch's tokens are good until they expire.
    grant: Option<Uuid>,
    expires_at: Timestamp,
}

impl Access {
    pub(super) fn of(claims: &AccessClaims, grant: Option<Uuid>) -> Self {
        Self { user_id: claims.user_id.clone(), grant, expires_at: claims.expires_at }
    }

    /// Waits until the door would not let the same token in any more.
    pub(crate) async fn ends(&self, app: &App) {
        let expires = expires(self.expires_at.plus(LEEWAY_SECONDS));
        let Some(grant) = self.grant else { return expires.await };
        match select(pin!(provider::grant_ends(app, &self.user_id, grant)), pin!(expires)).await {
            Either::Left((Err(failure), _)) => console_error!("a grant could not be watched: {failure:?}"),
            Either::Left((Ok(()), _)) | Either::Right(_) => {}
        }
    }
}

/// Waits for a moment. The platform's timer wakes only the task that asked it first (worker 0.8.7), and a stream is read by
/// another task for each of its parts, so there is a new timer for each.
fn expires(at: Timestamp) -> impl Future<Output = ()> {
    let mut timer: Option<(Waker, Pin<Box<Delay>>)> = None;
    poll_fn(move |task| {
        loop {
            let left = at.since(now());
            if left < 0 {
                return Poll::Ready(());
            }
            match &mut timer {
                Some((waker, delay)) if waker.will_wake(task.waker()) => {
                    if delay.as_mut().poll(task).is_pending() {
                        return Poll::Pending;
                    }
                    timer = None;
                }
                _ => {
                    // One second more: times are whole seconds.
                    let wait = left.saturating_add(1).min(LONGEST_TIMER_SECONDS);
                    let delay = Delay::from(Duration::from_secs(wait.unsigned_abs()));
                    timer = Some((task.waker().clone(), Box::pin(delay)));
                }
            }
        }
    })
}
