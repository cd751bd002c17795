//! Which objects a request asks, by name, and how often.
//!
//! An isolate works on many requests at once, on one thread, and switches between them at each `await`. So one count for the isolate
//! would mix the requests. But a future is polled from its root each time, and a poll is not interrupted: [`counted`] sets the
//! current request for the duration of each poll. Work that the platform continues after the answer (`wait_until`, a stream's body)
//! is polled outside of [`counted`], and is not counted.

use std::{
    cell::{Cell, RefCell},
    fmt,
    future::{Future, poll_fn},
    pin::pin,
    rc::Rc,
};

thread_local! {
    /// The count of the request that is being polled.
    static CURRENT: Cell<Option<ObjectsAsked>> = const { Cell::new(None) };
}

/// How often objects were asked, in the order of the names of their bindings.
#[derive(Clone, Debug, Default)]
pub struct ObjectsAsked(Rc<RefCell<Vec<(&'static str, u32)>>>);

/// Runs `work` and counts the calls of objects that it makes.
pub async fn counted<T>(work: impl Future<Output = T>) -> (T, ObjectsAsked) {
    let asked = ObjectsAsked::default();
    let mut work = pin!(work);
    let done = poll_fn(|task| {
        let _turn = Turn::of(&asked);
        work.as_mut().poll(task)
    })
    .await;
    (done, asked)
}

/// Counts a call for the request that is being polled.
pub(super) fn note(binding: &'static str) {
    if let Some(asked) = CURRENT.take() {
        if let Ok(mut counts) = asked.0.try_borrow_mut() {
            let place = counts.partition_point(|(name, _)| *name < binding);
            match counts.get_mut(place) {
                Some((name, count)) if *name == binding => *count = count.saturating_add(1),
                _ => counts.insert(place, (binding, 1)),
            }
        }
        CURRENT.set(Some(asked));
    }
}

/// Makes one request the current one for the duration of a poll.
struct Turn {
    /// The count that was current before, if any: calls of [`counted`] may be nested.
    outer: Option<ObjectsAsked>,
}

impl Turn {
    fn of(asked: &ObjectsAsked) -> Self {
        Self { outer: CURRENT.replace(Some(asked.clone())) }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        CURRENT.set(self.outer.take());
    }
}

/// As a metric of `Server-Timing` (W3C Server Timing, section 2): `objects;desc="account=1,session=2"`.
impl fmt::Display for ObjectsAsked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.0.try_borrow().map_err(|_| fmt::Error)?;
        let named: Vec<_> = counts
            .iter()
            .map(|(binding, count)| format!("{}={count}", binding.to_ascii_lowercase()))
            .collect();
        write!(f, "objects;desc=\"{}\"", named.join(","))
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    /// Asks, lets others go on, and asks again, as often as it is told.
    async fn asks(binding: &'static str, times: u32) {
        for _ in 0..times {
            note(binding);
            let mut has_waited = false;
            poll_fn(
                |_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending },
            )
            .await;
        }
    }

    #[test]
    fn requests_that_take_turns_are_counted_apart() {
        let mut one = Box::pin(counted(async {
            asks("TODO_LIST", 1).await;
            asks("ACCOUNT", 2).await;
        }));
        let mut other = Box::pin(counted(asks("TODO_LIST", 3)));
        let mut task = Context::from_waker(Waker::noop());
        let mut said = Vec::new();
        let mut is_over = [false; 2];
        while said.len() < 2 {
            for (place, request) in
                [one.as_mut() as std::pin::Pin<&mut dyn Future<Output = _>>, other.as_mut()]
                    .into_iter()
                    .enumerate()
            {
                if !is_over[place]
                    && let Poll::Ready(((), asked)) = request.poll(&mut task)
                {
                    is_over[place] = true;
                    said.push((place, asked.to_string()));
                }
                note("NOBODY");
            }
        }
        said.sort();
        assert_eq!(
            said,
            [
                (0, r#"objects;desc="account=2,todo_list=1""#.to_owned()),
                (1, r#"objects;desc="todo_list=3""#.to_owned())
            ]
        );
    }

    #[test]
    fn who_asks_nobody_says_so() {
        let mut task = Context::from_waker(Waker::noop());
        let Poll::Ready(((), asked)) = pin!(counted(async {})).poll(&mut task) else { panic!("it waits") };
        assert_eq!(asked.to_string(), r#"objects;desc="""#);
    }
}
