//! Sessions in memory.

use std::pin::pin;
use std::rc::Weak;

use futures_util::future::{Either, select};

use super::limits::{ANSWER_LIMIT, MAX_URI_BYTES};
use super::session_table::Held;
use super::store::{Memory, now};
use crate::model::error::Fault;
use crate::model::log_level::LogLevel;
use crate::ports::local_future::LocalFuture;
use crate::ports::sessions::{AwaitedAnswer, Event, Events, Lease, ResourceChanges, Sessions, Subscribed};

impl Sessions for Memory {
    fn name(&self) -> Result<String, Fault> {
        Memory::name(self)
    }

    fn is_over(&self, session: &str) -> LocalFuture<Result<bool, Fault>> {
        now(self.sessions().map(|table| table.ended.sessions.contains(session)))
    }

    fn end(&self, session: &str) -> LocalFuture<Result<(), Fault>> {
        now(self.sessions().map(|mut table| table.end(session)))
    }

    fn set_client_info(&self, session: &str, client_info: &str) -> LocalFuture<Result<(), Fault>> {
        self.set(session, |held| held.client_info = Some(client_info.to_owned()))
    }

    fn client_info(&self, session: &str) -> LocalFuture<Result<Option<String>, Fault>> {
        now(self.sessions().map(|table| table.held.get(session).and_then(|held| held.client_info.clone())))
    }

    fn log_level(&self, session: &str) -> LocalFuture<Result<Option<LogLevel>, Fault>> {
        now(self.sessions().map(|table| table.held.get(session).and_then(|held| held.level)))
    }

    fn set_log_level(&self, session: &str, level: LogLevel) -> LocalFuture<Result<(), Fault>> {
        self.set(session, |held| held.level = Some(level))
    }

    fn subscribe(&self, session: &str, principal: &str, uri: &str) -> LocalFuture<Result<Subscribed, Fault>> {
        if uri.len() > MAX_URI_BYTES {
            return now(Ok(Subscribed::TooLong { most: MAX_URI_BYTES }));
        }
        let subscription = (principal.to_owned(), uri.to_owned());
        now(self.sessions().map(|mut table| {
            // A session that was ended hears of nothing: there is nothing to refuse.
            let Some(held) = table.open(session) else { return Subscribed::Yes };
            held.subscribe(subscription)
        }))
    }

    fn unsubscribe(&self, session: &str, uri: &str) -> LocalFuture<Result<(), Fault>> {
        self.set(session, |held| held.subscriptions.retain(|(_, to)| to != uri))
    }

    fn tell_of_lists(&self, session: &str, principal: &str) -> LocalFuture<Result<(), Fault>> {
        self.set(session, |held| held.lists_of = Some(principal.to_owned()))
    }

    fn answered(&self, session: &str, request: &str, response: &str) -> LocalFuture<Result<bool, Fault>> {
        now(self.sessions().map(|mut table| table.answered(session, request, response)))
    }

    fn answer(&self, session: &str, request: &str) -> LocalFuture<Result<AwaitedAnswer, Fault>> {
        let too_late = (self.sleep)(ANSWER_LIMIT);
        let waiting = self.sessions().map(|mut table| {
            let answer = table.answer(session, request);
            Box::pin(async move {
                match select(pin!(answer), too_late).await {
                    Either::Left((answer, _)) => Ok(answer.ok()),
                    Either::Right(_) => Ok(None),
                }
            }) as AwaitedAnswer
        });
        now(waiting)
    }

    fn work_on(
        &self,
        session: &str,
        call: &str,
        listener: &str,
        lost: &str,
    ) -> LocalFuture<Result<Lease, Fault>> {
        let (memory, session, call) = (self.this.clone(), session.to_owned(), call.to_owned());
        now(self.sessions().map(|mut table| {
            table.work_on(&session, &call, listener, lost);
            Box::new(HeldLease { memory, session, call }) as Lease
        }))
    }

    fn cancel(&self, session: &str, request: &str) -> LocalFuture<Result<(), Fault>> {
        now(self.sessions().map(|mut table| table.cancel((session.to_owned(), request.to_owned()))))
    }

    fn cancelled(&self, session: &str, request: &str) -> LocalFuture<Result<(), Fault>> {
        let cancellation =
            self.sessions().map(|mut table| table.cancelled(&(session.to_owned(), request.to_owned())));
        Box::pin(async move { cancellation?.await.map_err(|_| Fault::new("the session has ended")) })
    }

    fn record(&self, session: &str, event: &Event) -> LocalFuture<Result<(), Fault>> {
        now(self.sessions().map(|mut table| table.record(session, event)))
    }

    fn push(&self, session: &str, message: &str) -> LocalFuture<Result<(), Fault>> {
        now(self.sessions().map(|mut table| table.push(session, message.to_owned())))
    }

    fn follow(
        &self,
        session: &str,
        stream: &str,
        after: Option<u64>,
    ) -> LocalFuture<Result<Option<(u64, Events)>, Fault>> {
        now(self.sessions().map(|mut table| table.follow(session, stream, after)))
    }

    fn changes(&self, principal: &str) -> LocalFuture<Result<ResourceChanges, Fault>> {
        now(self.sessions().map(|mut table| table.listen_to_changes(principal)))
    }
}

/// Tells the table that nobody works on a call any more.
struct HeldLease {
    memory: Weak<Memory>,
    session: String,
    call: String,
}

impl Drop for HeldLease {
    fn drop(&mut self) {
        if let Some(memory) = self.memory.upgrade()
            && let Ok(mut table) = memory.sessions()
        {
            table.declare_lost(&self.session, &self.call);
        }
    }
}

impl Memory {
    fn set(&self, session: &str, set: impl FnOnce(&mut Held)) -> LocalFuture<Result<(), Fault>> {
        now(self.sessions().map(|mut table| table.open(session).map_or((), set)))
    }
}
