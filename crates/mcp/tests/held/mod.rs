//! The engine's own sessions in memory, watched: tests see what it was asked to hold, and can break it.

#![expect(dead_code, reason = "each test file is its own crate and uses the part of this it needs")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use mcp::{
    AwaitedAnswer, Event, Events, Fault, Lease, LocalFuture, LogLevel, Memory, Platform, ResourceChanges,
    SealingKey, Sessions, Subscribed,
};

use crate::support::{NOW_MS, Stopped};

/// Sessions in memory.
pub(crate) struct Watched {
    pub(crate) memory: Rc<Memory>,
    pub(crate) clock: Stopped,
    /// The methods that were called, in their order.
    pub(crate) called: RefCell<Vec<&'static str>>,
    pub(crate) is_broken: Cell<bool>,
    /// What a subscription is answered, in place of a limit that is reached.
    pub(crate) refuses: Cell<Option<Subscribed>>,
    pub(crate) refuses_leases: Cell<bool>,
}

/// Methods by which something is held, or stopped.
const CHANGES: [&str; 11] = [
    "end",
    "set_client_info",
    "set_log_level",
    "subscribe",
    "unsubscribe",
    "tell_of_lists",
    "answered",
    "work_on",
    "cancel",
    "record",
    "push",
];

impl Watched {
    pub(crate) fn new() -> Rc<Self> {
        let clock = Stopped::default();
        let memory = clock.memory(SealingKey::new([7; 32]));
        Rc::new(Self {
            memory,
            clock,
            called: RefCell::default(),
            is_broken: Cell::default(),
            refuses: Cell::default(),
            refuses_leases: Cell::default(),
        })
    }

    pub(crate) fn platform(self: &Rc<Self>) -> Platform {
        Platform::at(NOW_MS).key(SealingKey::new([7; 32])).sessions(self.clone())
    }

    /// How often a method was called.
    pub(crate) fn calls_of(&self, method: &str) -> usize {
        self.called.borrow().iter().filter(|called| **called == method).count()
    }

    /// Whether anything was to be held, or stopped.
    pub(crate) fn is_untouched(&self) -> bool {
        CHANGES.iter().all(|method| self.calls_of(method) == 0)
    }
}

macro_rules! watched {
    ($($method:ident($($argument:ident: $kind:ty),*) -> $known:ty;)*) => {
        $(fn $method(&self, $($argument: $kind),*) -> LocalFuture<Result<$known, Fault>> {
            self.called.borrow_mut().push(stringify!($method));
            if self.is_broken.get() {
                return Box::pin(std::future::ready(Err(Fault::new("the shelf fell over"))));
            }
            self.memory.$method($($argument),*)
        })*
    };
}

impl Sessions for Watched {
    fn name(&self) -> Result<String, Fault> {
        Sessions::name(&*self.memory)
    }

    fn subscribe(&self, session: &str, principal: &str, uri: &str) -> LocalFuture<Result<Subscribed, Fault>> {
        self.called.borrow_mut().push("subscribe");
        match (self.is_broken.get(), self.refuses.get()) {
            (true, _) => Box::pin(std::future::ready(Err(Fault::new("the shelf fell over")))),
            (false, Some(refused)) => Box::pin(std::future::ready(Ok(refused))),
            (false, None) => self.memory.subscribe(session, principal, uri),
        }
    }

    fn work_on(
        &self,
        session: &str,
        call: &str,
        listener: &str,
        lost: &str,
    ) -> LocalFuture<Result<Lease, Fault>> {
        self.called.borrow_mut().push("work_on");
        if self.refuses_leases.get() {
            return Box::pin(std::future::ready(Err(Fault::new("the shelf fell over"))));
        }
        self.memory.work_on(session, call, listener, lost)
    }

    watched! {
        is_over(session: &str) -> bool;
        end(session: &str) -> ();
        set_client_info(session: &str, client_info: &str) -> ();
        client_info(session: &str) -> Option<String>;
        log_level(session: &str) -> Option<LogLevel>;
        set_log_level(session: &str, level: LogLevel) -> ();
        unsubscribe(session: &str, uri: &str) -> ();
        tell_of_lists(session: &str, principal: &str) -> ();
        answered(session: &str, request: &str, response: &str) -> bool;
        answer(session: &str, request: &str) -> AwaitedAnswer;
        cancel(session: &str, request: &str) -> ();
        cancelled(session: &str, request: &str) -> ();
        record(session: &str, event: &Event) -> ();
        push(session: &str, message: &str) -> ();
        follow(session: &str, stream: &str, after: Option<u64>) -> Option<(u64, Events)>;
        changes(principal: &str) -> ResourceChanges;
    }
}
