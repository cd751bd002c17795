//! Waiting for several futures at once.

use std::{future::poll_fn, task::Poll};

use futures_util::future::LocalBoxFuture;

/// What each of some futures gives, in their order. Whenever one of them can go on, all that are not done are polled: there should be some
/// dozens at most. (`futures_util`'s `join_all` has another way for more than thirty, which is compiled with it.)
pub async fn all<T>(mut futures: Vec<LocalBoxFuture<'_, T>>) -> Vec<T> {
    let mut given: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    poll_fn(|task| {
        let mut are_all_done = true;
        for (future, given) in futures.iter_mut().zip(&mut given) {
            if given.is_none() {
                match future.as_mut().poll(task) {
                    Poll::Ready(value) => *given = Some(value),
                    Poll::Pending => are_all_done = false,
                }
            }
        }
        if are_all_done { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    given.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::{
        cell::Cell,
        future::Future,
        pin::pin,
        task::{Context, Waker},
    };

    use super::*;

    #[test]
    fn each_is_polled_until_it_is_done_and_gives_its_value_in_its_place() {
        let polls = Cell::new(0);
        let after = |mut turns: u32| -> LocalBoxFuture<'_, u32> {
            let (polls, value) = (&polls, turns);
            Box::pin(poll_fn(move |_| {
                polls.set(polls.get() + 1);
                turns = turns.checked_sub(1).expect("not polled when done");
                if turns == 0 { Poll::Ready(value) } else { Poll::Pending }
            }))
        };
        let mut all = pin!(all(vec![after(2), after(1), after(3)]));
        let mut task = Context::from_waker(Waker::noop());
        assert!(all.as_mut().poll(&mut task).is_pending() && all.as_mut().poll(&mut task).is_pending());
        assert_eq!(all.as_mut().poll(&mut task), Poll::Ready(vec![2, 1, 3]));
        assert_eq!(polls.get(), 6);
    }

    #[test]
    fn of_none_nothing_is_waited_for() {
        let mut none = pin!(all(Vec::<LocalBoxFuture<'_, u32>>::new()));
        assert_eq!(none.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(vec![]));
    }
}
