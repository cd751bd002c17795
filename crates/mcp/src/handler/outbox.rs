//! What a handler sends before its result.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use crate::handler::task_run::TaskRun;

/// What a handler sends, on its way to the client. Without a stream to put it on it is dropped.
pub(crate) struct Outbox {
    takes_messages: Cell<bool>,
    has_sent: Cell<bool>,
    queue: RefCell<VecDeque<Sent>>,
}

impl Outbox {
    pub(crate) fn new(takes_messages: bool) -> Rc<Self> {
        Rc::new(Self {
            takes_messages: Cell::new(takes_messages),
            has_sent: Cell::new(false),
            queue: RefCell::default(),
        })
    }

    pub(crate) fn takes_messages(&self) -> bool {
        self.takes_messages.get()
    }

    /// Whether there is an event stream already.
    pub(crate) fn has_sent(&self) -> bool {
        self.has_sent.get()
    }

    /// Answers the call. Nothing more can be sent: there is nothing to put it on.
    pub(crate) fn detach(&self, created: Vec<u8>, run: Rc<TaskRun>) {
        self.takes_messages.set(false);
        if let Ok(mut queue) = self.queue.try_borrow_mut() {
            queue.push_back(Sent::Task(created, run));
        }
    }

    pub(crate) fn send(&self, message: Vec<u8>) {
        self.put(Sent::Message(message));
    }

    /// Lets the client come back for the rest.
    pub(crate) fn close_early(&self) {
        self.put(Sent::CloseEarly);
    }

    fn put(&self, sent: Sent) {
        if self.takes_messages.get()
            && let Ok(mut queue) = self.queue.try_borrow_mut()
        {
            self.has_sent.set(true);
            queue.push_back(sent);
        }
    }

    pub(crate) fn take(&self) -> Option<Sent> {
        self.queue.try_borrow_mut().ok()?.pop_front()
    }

    pub(crate) fn take_task(&self) -> Option<(Vec<u8>, Rc<TaskRun>)> {
        let mut queue = self.queue.try_borrow_mut().ok()?;
        match queue.pop_front()? {
            Sent::Task(created, run) => Some((created, run)),
            other => {
                queue.push_front(other);
                None
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.queue.try_borrow().is_ok_and(|queue| queue.is_empty())
    }
}

pub(crate) enum Sent {
    Message(Vec<u8>),
    CloseEarly,
    /// The call is answered with this, and goes on as a task.
    Task(Vec<u8>, Rc<TaskRun>),
}
