//! What a platform would hold: sessions and tasks, in memory, for one conversation.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::rc::Rc;

use futures_util::{StreamExt, stream};
use mcp::{
    Change, Changes, Event, Events, Fault, HeldTask, LocalFuture, LogLevel, STANDALONE, Sessions, Subscribed,
    TaskEvent, TaskSignals, Tasks,
};

/// When every conversation takes place.
pub(super) const NOW_MS: u64 = 1_800_000_000_000;

#[derive(Default)]
struct Held {
    names: u32,
    over: BTreeSet<String>,
    introductions: BTreeMap<String, String>,
    levels: BTreeMap<String, LogLevel>,
    answers: BTreeMap<String, String>,
    cancelled: BTreeSet<String>,
    events: Vec<(String, Event)>,
    tasks: BTreeMap<String, HeldTask>,
}

/// Sessions and tasks.
#[derive(Clone, Default)]
pub(super) struct Memory(Rc<RefCell<Held>>);

fn now<T: 'static>(value: T) -> LocalFuture<Result<T, Fault>> {
    Box::pin(async move { Ok(value) })
}

impl Memory {
    fn next_name(&self) -> String {
        let mut held = self.0.borrow_mut();
        held.names += 1;
        format!("name-{}", held.names)
    }
}

impl Sessions for Memory {
    fn name(&self) -> Result<String, Fault> {
        Ok(self.next_name())
    }

    fn is_over(&self, session: &str) -> LocalFuture<Result<bool, Fault>> {
        now(self.0.borrow().over.contains(session))
    }

    fn end(&self, session: &str) -> LocalFuture<Result<(), Fault>> {
        self.0.borrow_mut().over.insert(session.to_owned());
        now(())
    }

    fn introduce(&self, session: &str, introduction: &str) -> LocalFuture<Result<(), Fault>> {
        self.0.borrow_mut().introductions.insert(session.to_owned(), introduction.to_owned());
        now(())
    }

    fn introduction(&self, session: &str) -> LocalFuture<Result<Option<String>, Fault>> {
        now(self.0.borrow().introductions.get(session).cloned())
    }

    fn log_level(&self, session: &str) -> LocalFuture<Result<Option<LogLevel>, Fault>> {
        now(self.0.borrow().levels.get(session).copied())
    }

    fn set_log_level(&self, session: &str, level: LogLevel) -> LocalFuture<Result<(), Fault>> {
        self.0.borrow_mut().levels.insert(session.to_owned(), level);
        now(())
    }

    fn subscribe(&self, _: &str, _: &str, _: &str) -> LocalFuture<Result<Subscribed, Fault>> {
        now(Subscribed::Yes)
    }

    fn unsubscribe(&self, _: &str, _: &str) -> LocalFuture<Result<(), Fault>> {
        now(())
    }

    fn tell_of_lists(&self, _: &str, _: &str) -> LocalFuture<Result<(), Fault>> {
        now(())
    }

    fn answered(&self, _: &str, request: &str, response: &str) -> LocalFuture<Result<(), Fault>> {
        self.0.borrow_mut().answers.insert(request.to_owned(), response.to_owned());
        now(())
    }

    /// One that was given before it was asked for, or none: nobody waits here.
    fn answer(&self, _: &str, request: &str) -> LocalFuture<Result<Option<String>, Fault>> {
        now(self.0.borrow_mut().answers.remove(request))
    }

    fn cancel(&self, _: &str, request: &str) -> LocalFuture<Result<(), Fault>> {
        self.0.borrow_mut().cancelled.insert(request.to_owned());
        now(())
    }

    fn cancelled(&self, _: &str, request: &str) -> LocalFuture<Result<(), Fault>> {
        if self.0.borrow().cancelled.contains(request) { now(()) } else { Box::pin(pending()) }
    }

    fn record(&self, session: &str, event: &Event) -> LocalFuture<Result<(), Fault>> {
        self.0.borrow_mut().events.push((session.to_owned(), event.clone()));
        now(())
    }

    fn push(&self, session: &str, message: &str) -> LocalFuture<Result<(), Fault>> {
        let number = self.0.borrow().events.len() as u64 + 1;
        let event = Event { stream: STANDALONE.to_owned(), number, message: message.to_owned(), last: false };
        self.record(session, &event)
    }

    /// What was kept, and nothing ever after.
    fn follow(
        &self,
        session: &str,
        stream: &str,
        after: Option<u64>,
    ) -> LocalFuture<Result<(u64, Events), Fault>> {
        let at = after.unwrap_or_default();
        let held = self.0.borrow();
        let kept = held.events.iter().filter(|(owner, _)| owner == session).map(|(_, event)| event);
        let kept: Vec<_> =
            kept.filter(|event| event.stream == stream && event.number > at).cloned().collect();
        now((at, Box::pin(stream::iter(kept).chain(stream::pending())) as Events))
    }

    fn changes(&self, _: &str) -> LocalFuture<Result<Changes, Fault>> {
        let changes = [Change::ResourceList, Change::Resource { uri: "house://room/1".to_owned() }];
        now(Box::pin(stream::iter(changes).chain(stream::pending())) as Changes)
    }
}

impl Tasks for Memory {
    fn name(&self) -> Result<String, Fault> {
        Ok(self.next_name())
    }

    fn begin(&self, task: &str, held: HeldTask, _: u64) -> LocalFuture<Result<TaskSignals, Fault>> {
        self.0.borrow_mut().tasks.insert(task.to_owned(), held);
        now(Box::pin(stream::pending()) as TaskSignals)
    }

    fn state(&self, task: &str) -> LocalFuture<Result<Option<HeldTask>, Fault>> {
        now(self.0.borrow().tasks.get(task).cloned())
    }

    fn happens(&self, task: &str, event: TaskEvent) -> LocalFuture<Result<bool, Fault>> {
        let mut held = self.0.borrow_mut();
        now(held.tasks.get_mut(task).map(|task| task.apply(event, NOW_MS + 1)).is_some())
    }
}
