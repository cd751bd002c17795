//! Sessions held in memory: what a platform would hold, for tests to look into.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use futures_util::stream;
use mcp::{Change, Changes, Event, Events, Fault, LocalFuture, LogLevel, Sessions};

/// Everything in one place, and no two names alike.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) names: RefCell<u64>,
    pub(crate) over: RefCell<BTreeSet<String>>,
    pub(crate) introductions: RefCell<BTreeMap<String, String>>,
    pub(crate) levels: RefCell<BTreeMap<String, LogLevel>>,
    pub(crate) subscriptions: RefCell<BTreeSet<(String, String, String)>>,
    /// Sessions that hear of lists, and whose.
    pub(crate) attentive: RefCell<BTreeSet<(String, String)>>,
    pub(crate) answers: RefCell<BTreeMap<String, String>>,
    pub(crate) cancelled: RefCell<BTreeSet<String>>,
    pub(crate) events: RefCell<Vec<Event>>,
    pub(crate) changes: RefCell<Vec<Change>>,
    pub(crate) broken: RefCell<bool>,
}

/// Sessions in memory.
#[derive(Clone, Default)]
pub(crate) struct InMemory(pub(crate) Rc<Memory>);

impl InMemory {
    fn now<T: 'static>(&self, value: T) -> LocalFuture<Result<T, Fault>> {
        let broken = *self.0.broken.borrow();
        Box::pin(async move { if broken { Err(Fault::new("the shelf fell over")) } else { Ok(value) } })
    }
}

impl Sessions for InMemory {
    fn name(&self) -> Result<String, Fault> {
        *self.0.names.borrow_mut() += 1;
        Ok(format!("name-{}", self.0.names.borrow()))
    }

    fn is_over(&self, session: &str) -> LocalFuture<Result<bool, Fault>> {
        self.now(self.0.over.borrow().contains(session))
    }

    fn end(&self, session: &str) -> LocalFuture<Result<(), Fault>> {
        self.0.over.borrow_mut().insert(session.to_owned());
        self.now(())
    }

    fn introduce(&self, session: &str, introduction: &str) -> LocalFuture<Result<(), Fault>> {
        self.0.introductions.borrow_mut().insert(session.to_owned(), introduction.to_owned());
        self.now(())
    }

    fn introduction(&self, session: &str) -> LocalFuture<Result<Option<String>, Fault>> {
        self.now(self.0.introductions.borrow().get(session).cloned())
    }

    fn log_level(&self, session: &str) -> LocalFuture<Result<Option<LogLevel>, Fault>> {
        self.now(self.0.levels.borrow().get(session).copied())
    }

    fn set_log_level(&self, session: &str, level: LogLevel) -> LocalFuture<Result<(), Fault>> {
        self.0.levels.borrow_mut().insert(session.to_owned(), level);
        self.now(())
    }

    fn subscribe(
        &self,
        session: &str,
        principal: &str,
        uri: &str,
        on: bool,
    ) -> LocalFuture<Result<(), Fault>> {
        let key = (session.to_owned(), principal.to_owned(), uri.to_owned());
        let mut subscriptions = self.0.subscriptions.borrow_mut();
        if on {
            subscriptions.insert(key)
        } else {
            subscriptions.remove(&key)
        };
        self.now(())
    }

    fn tell_of_lists(&self, session: &str, principal: &str) -> LocalFuture<Result<(), Fault>> {
        self.0.attentive.borrow_mut().insert((session.to_owned(), principal.to_owned()));
        self.now(())
    }

    fn answered(&self, _: &str, request: &str, response: &str) -> LocalFuture<Result<(), Fault>> {
        self.0.answers.borrow_mut().insert(request.to_owned(), response.to_owned());
        self.now(())
    }

    /// The answer that is there once the waiting starts; none comes later.
    fn answer(&self, _: &str, request: &str) -> LocalFuture<Result<Option<String>, Fault>> {
        let (memory, request) = (self.0.clone(), request.to_owned());
        let mut asked = false;
        Box::pin(std::future::poll_fn(move |task| {
            if std::mem::replace(&mut asked, true) {
                return std::task::Poll::Ready(Ok(memory.answers.borrow_mut().remove(&request)));
            }
            task.waker().wake_by_ref();
            std::task::Poll::Pending
        }))
    }

    fn cancel(&self, _: &str, request: &str) -> LocalFuture<Result<(), Fault>> {
        self.0.cancelled.borrow_mut().insert(request.to_owned());
        self.now(())
    }

    fn cancelled(&self, _: &str, request: &str) -> LocalFuture<Result<(), Fault>> {
        let (memory, request) = (self.0.clone(), request.to_owned());
        Box::pin(std::future::poll_fn(move |_| {
            let cancelled = memory.cancelled.borrow().contains(&request);
            if cancelled { std::task::Poll::Ready(Ok(())) } else { std::task::Poll::Pending }
        }))
    }

    fn record(&self, _: &str, event: &Event) -> LocalFuture<Result<(), Fault>> {
        self.0.events.borrow_mut().push(event.clone());
        self.now(())
    }

    fn push(&self, session: &str, message: &str) -> LocalFuture<Result<(), Fault>> {
        let number = 8 + self.0.events.borrow().len() as u64;
        let (stream, message) = (mcp::STANDALONE.to_owned(), message.to_owned());
        self.record(session, &Event { stream, number, message, last: false })
    }

    fn changes(&self, _: &str) -> LocalFuture<Result<Changes, Fault>> {
        let changes = self.0.changes.borrow().clone();
        self.now(Box::pin(stream::iter(changes)) as Changes)
    }

    fn follow(&self, _: &str, stream: &str, after: Option<u64>) -> LocalFuture<Result<(u64, Events), Fault>> {
        let at = after.unwrap_or(7);
        let mut events = self.0.events.borrow().clone();
        events.retain(|event| event.stream == stream && event.number > at);
        self.now((at, Box::pin(stream::iter(events)) as Events))
    }
}
