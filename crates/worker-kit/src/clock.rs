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
