//! Waiting for a time to pass.
//!
//! `worker::Delay` (0.8.7) will not do. It takes what `setTimeout` answers for a number, and since the compatibility date of
//! 2026-11-01 it is an object unless a Worker asks for the platform's own timers (`no_nodejs_global_timers`): a debug build panics
//! on it, a release build cannot clear the timer. And it wakes the waker of the first poll, where a future must wake that of the
//! last (`std::future::Future::poll`). `clippy.toml` refuses it.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use wasm_bindgen::prelude::{Closure, JsValue, wasm_bindgen};

/// The longest time that the platform's timers take, in milliseconds: they count in 32 bits, and a longer one is over at once
/// (WHATWG HTML, "Timers").
const LONGEST_MS: u64 = 0x7fff_ffff;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Closure<dyn FnMut()>, milliseconds: f64) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// Waits for `time`, however long. It starts at the first poll; dropping the future clears the platform's timer.
pub fn sleep(time: Duration) -> Sleep {
    Sleep { left_ms: u64::try_from(time.as_millis()).unwrap_or(u64::MAX), timer: None }
}

/// The future of [`sleep`].
pub struct Sleep {
    /// The part of the time that no timer covers yet, in milliseconds.
    left_ms: u64,
    timer: Option<Timer>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        loop {
            match &self.timer {
                Some(timer) if !timer.state.is_over.get() => {
                    timer.state.waker.set(Some(task.waker().clone()));
                    return Poll::Pending;
                }
                Some(_) if self.left_ms == 0 => return Poll::Ready(()),
                _ => {
                    let milliseconds = self.left_ms.min(LONGEST_MS);
                    self.left_ms -= milliseconds;
                    self.timer = Some(Timer::set(milliseconds));
                }
            }
        }
    }
}

/// One timer of the platform's.
struct Timer {
    /// A number, or an object.
    handle: JsValue,
    state: Rc<State>,
    /// Called by the platform for as long as the timer is set.
    _callback: Closure<dyn FnMut()>,
}

#[derive(Default)]
struct State {
    is_over: Cell<bool>,
    /// The waker of the last poll.
    waker: Cell<Option<Waker>>,
}

impl Timer {
    #[expect(clippy::cast_precision_loss, reason = "what fits 32 bits is exact")]
    fn set(milliseconds: u64) -> Self {
        let state = Rc::new(State::default());
        let shared = Rc::clone(&state);
        let callback = Closure::new(move || {
            shared.is_over.set(true);
            if let Some(waker) = shared.waker.take() {
                waker.wake();
            }
        });
        Self { handle: set_timeout(&callback, milliseconds as f64), state, _callback: callback }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if !self.state.is_over.get() {
            clear_timeout(&self.handle);
        }
    }
}
