//! A future that is always polled with one and the same waker, whatever task it has moved to.
//!
//! A handler starts in the task that answers the request and goes on in the one that writes its stream. A future has to
//! notice that (`std::future::Future::poll`: "only the `Waker` from the `Context` passed to the most recent call should be
//! scheduled"), and not every one does: the `Delay` of workers-rs 0.8 goes on waking the task that polled it first. Until that
//! is mended upstream, handlers that use it are spared the difference.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;

use crate::ports::local_future::LocalFuture;

/// Passes every wake-up on to the task that polled last.
#[derive(Default)]
struct Relay(AtomicWaker);

impl Wake for Relay {
    fn wake(self: Arc<Self>) {
        self.0.wake();
    }
}

struct StableWaker<T> {
    future: LocalFuture<T>,
    relay: Arc<Relay>,
    waker: Waker,
}

impl<T> Future for StableWaker<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<T> {
        self.relay.0.register(task.waker());
        let waker = self.waker.clone();
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }
}

/// The same future, steadily polled.
pub(crate) fn with_stable_waker<T: 'static>(future: impl Future<Output = T> + 'static) -> LocalFuture<T> {
    let relay = Arc::new(Relay::default());
    let waker = Waker::from(Arc::clone(&relay));
    Box::pin(StableWaker { future: Box::pin(future), relay, waker })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn whoever_polled_last_is_woken_by_a_future_that_remembers_whoever_polled_first() {
        let first_waker = Arc::new(std::sync::Mutex::new(None::<Waker>));
        let remembered = Arc::clone(&first_waker);
        let mut future = with_stable_waker(std::future::poll_fn(move |task: &mut Context<'_>| {
            remembered.lock().unwrap().get_or_insert_with(|| task.waker().clone());
            Poll::<()>::Pending
        }));
        let (before, after) = (Arc::new(Count::default()), Arc::new(Count::default()));
        for count in [&before, &after] {
            let waker = Waker::from(Arc::clone(count));
            assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        }
        first_waker.lock().unwrap().take().unwrap().wake();
        assert_eq!((before.0.load(Ordering::Relaxed), after.0.load(Ordering::Relaxed)), (0, 1));
    }
}
