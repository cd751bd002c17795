//! The leases of calls whose messages are recorded: a WebSocket for each, to the Worker that works on it.
//!
//! A WebSocket does not outlive its Worker, and a row of the table `call` does. So a row without one is a call that nobody works on any
//! more, whether the Worker or this object was stopped.

use mcp::{Event, STANDALONE};
use worker_kit::{
    clock::now_ms,
    object::CallerEnd,
    shares::Shares,
    sql::{self, optional_number},
};

use super::session_object::McpSession;
use crate::held_sockets;
use crate::questions::WorkOnCall;

/// The tag of every lease.
const CALLS: &str = "calls";

/// The most calls of one session with a lease. One more is worked on without: if its Worker dies, nobody is told.
const MAX_CALLS: Shares = Shares { of_one: 32, of_all: 32 };

impl McpSession {
    /// Whether there is a lease left to give.
    pub(super) fn can_lease(&self) -> worker_kit::Result<bool> {
        Ok(held_sockets::open::<WorkOnCall>(&self.state, CALLS)?.len() < MAX_CALLS.of_all)
    }

    /// Gives a lease, if it [can](Self::can_lease).
    pub(super) fn work_on_call(&self, asked: &WorkOnCall) -> worker_kit::Result<CallerEnd<WorkOnCall>> {
        let WorkOnCall { call, listener, lost, .. } = asked;
        let row: sql::Values<'_> = &[&call, &listener, &lost.get(), &now_ms()];
        self.run("INSERT OR REPLACE INTO call VALUES (?, ?, ?, ?)", row)?;
        let (caller, _) = held_sockets::accept(&self.state, &[CALLS, &call_tag(call)], CALLS, MAX_CALLS, "")?;
        Ok(caller)
    }

    /// The last event of a call was recorded.
    pub(super) fn call_is_done(&self, call: &str) -> worker_kit::Result<()> {
        self.run("DELETE FROM call WHERE name = ?", &[&call])
    }

    /// Whether nobody works on a call any more. One without a lease is worked on until its last event is recorded, or none is kept.
    pub(super) fn is_call_over(&self, call: &str) -> worker_kit::Result<bool> {
        let query = "SELECT NOT EXISTS (SELECT 1 FROM call WHERE name = ?1)
                     AND coalesce((SELECT last FROM event WHERE stream = ?1 ORDER BY number DESC LIMIT 1), 1)";
        Ok(optional_number(self.sql()?, query, &[&call])? == Some(1))
    }

    /// Records the end of every call that nobody works on any more.
    pub(super) fn declare_lost(&self) -> worker_kit::Result<()> {
        let calls = "SELECT name, listener, lost FROM call";
        let calls: Vec<(String, String, String)> = sql::read(self.sql()?, calls, &[])?;
        for (name, listener, lost) in calls {
            if !held_sockets::open::<WorkOnCall>(&self.state, &call_tag(&name))?.is_empty() {
                continue;
            }
            self.call_is_done(&name)?;
            if listener == STANDALONE {
                self.push(lost)?;
                continue;
            }
            let newest = "SELECT max(number) FROM event WHERE stream = ?";
            let newest = optional_number(self.sql()?, newest, &[&name])?;
            let number = newest.unwrap_or_default().saturating_add(1);
            self.record(Event { stream: name, number, message: lost, last: true })?;
        }
        Ok(())
    }
}

fn call_tag(call: &str) -> String {
    format!("call:{call}")
}
