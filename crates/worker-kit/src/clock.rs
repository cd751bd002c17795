//! The platform's clock. It stands still while a Worker computes, and goes on when it has waited for something.

use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::future::LocalBoxFuture;
use worker::js_sys::Date;

thread_local! {
    /// While a future of [`held`] is polled: the time, once somebody has asked for it.
    static HELD: Cell<Held> = const { Cell::new(Held::No) };
}

#[derive(Clone, Copy)]
enum Held {
    No,
    Unknown,
    At(u64),
}

/// The time, in milliseconds since 1970. One call into JavaScript, where the platform crate's `Date` takes two; within [`held`], one for
/// each poll.
pub fn now_ms() -> u64 {
    match HELD.get() {
        Held::At(now) => now,
        Held::Unknown => {
            let now = platform_ms();
            HELD.set(Held::At(now));
            now
        }
        Held::No => platform_ms(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive whole number below 2^53"
)]
fn platform_ms() -> u64 {
    Date::now() as u64
}

/// Some work, of which each poll reads the clock once at most. Nothing is waited for within a poll, so the clock stands still.
pub fn held<'a, T: 'a>(work: LocalBoxFuture<'a, T>) -> impl Future<Output = T> + 'a {
    Holding(work)
}

struct Holding<'a, T>(LocalBoxFuture<'a, T>);

impl<T> Future for Holding<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<T> {
        let _turn = Turn { outer: HELD.replace(Held::Unknown) };
        self.0.as_mut().poll(task)
    }
}

/// One poll. Those of other work may be within it.
struct Turn {
    outer: Held,
}

impl Drop for Turn {
    fn drop(&mut self) {
        HELD.set(self.outer);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::poll_fn,
        pin::pin,
        task::{Context, Waker},
    };

    use super::*;

    fn held_now() -> Option<u64> {
        match HELD.get() {
            Held::At(now) => Some(now),
            Held::Unknown | Held::No => None,
        }
    }

    /// Asks for the time, as far as a test can, and waits once.
    async fn at(now: u64) {
        let mut has_waited = false;
        poll_fn(|_| {
            assert_eq!(held_now(), None, "a poll begins without a time");
            HELD.set(Held::At(now));
            if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    #[test]
    fn a_time_is_held_for_one_poll_and_for_no_other_work() {
        let mut task = Context::from_waker(Waker::noop());
        let (mut one, mut other) = (pin!(held(Box::pin(at(1)))), pin!(held(Box::pin(at(2)))));
        for is_ready in [false, true] {
            assert_eq!(one.as_mut().poll(&mut task).is_ready(), is_ready);
            assert!(matches!(HELD.get(), Held::No));
            assert_eq!(other.as_mut().poll(&mut task).is_ready(), is_ready);
        }
    }

    #[test]
    fn work_within_work_has_a_time_of_its_own() {
        let mut task = Context::from_waker(Waker::noop());
        let mut outer = pin!(held(Box::pin(async {
            HELD.set(Held::At(1));
            let mut inner = pin!(held(Box::pin(at(2))));
            let _waits = inner.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            held_now()
        })));
        assert_eq!(outer.as_mut().poll(&mut task), Poll::Ready(Some(1)));
    }
}
