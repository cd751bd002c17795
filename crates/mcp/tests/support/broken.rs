//! Sessions of which nothing can be held.

use mcp::{Changes, Event, Events, Fault, LocalFuture, LogLevel, Sessions};

pub(crate) struct Broken;

fn broken<T: 'static>() -> LocalFuture<Result<T, Fault>> {
    Box::pin(std::future::ready(Err(Fault::new("the shelf fell over"))))
}

/// Methods that take texts.
macro_rules! all_broken {
    ($($method:ident($($text:ident),*) -> $known:ty;)*) => {
        $(fn $method(&self, $($text: &str),*) -> LocalFuture<Result<$known, Fault>> {
            $(let _ = $text;)*
            broken()
        })*
    };
}

impl Sessions for Broken {
    fn name(&self) -> Result<String, Fault> {
        Err(Fault::new("the shelf fell over"))
    }

    all_broken! {
        is_over(session) -> bool;
        end(session) -> ();
        introduce(session, introduction) -> ();
        introduction(session) -> Option<String>;
        log_level(session) -> Option<LogLevel>;
        tell_of_lists(session, principal) -> ();
        answered(session, request, response) -> ();
        answer(session, request) -> Option<String>;
        cancel(session, request) -> ();
        cancelled(session, request) -> ();
        push(session, message) -> ();
        changes(principal) -> Changes;
    }

    fn set_log_level(&self, _: &str, _: LogLevel) -> LocalFuture<Result<(), Fault>> {
        broken()
    }

    fn subscribe(&self, _: &str, _: &str, _: &str, _: bool) -> LocalFuture<Result<(), Fault>> {
        broken()
    }

    fn record(&self, _: &str, _: &Event) -> LocalFuture<Result<(), Fault>> {
        broken()
    }

    fn follow(&self, _: &str, _: &str, _: Option<u64>) -> LocalFuture<Result<(u64, Events), Fault>> {
        broken()
    }
}
