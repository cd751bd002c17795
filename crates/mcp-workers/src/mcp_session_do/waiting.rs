//! WebSockets on which a Worker waits for what another request brings: the client's answer to a question, or the cancellation of a
//! request. A cancellation may come before the Worker waits for it; an answer that nobody waits for is not kept.

use worker_kit::{clock::now_ms, object::CallerEnd, shares::Shares, sql};

use super::session_object::McpSession;
use crate::held_sockets;
use crate::questions::{AwaitAnswer, AwaitCancellation, TakeAnswer};

/// The most cancellations that are kept for Workers which have not asked for them; most of those requests are done already.
const MAX_CANCELLED: u32 = 64;

/// The tag of WebSockets that wait for an answer.
const ANSWERS: &str = "answers";

/// The tag of WebSockets that wait for a cancellation.
const CANCELLATIONS: &str = "cancellations";

/// The most questions of one session in flight. The oldest is dropped, as if the client had not answered.
const MAX_QUESTIONS: Shares = Shares { of_one: 16, of_all: 16 };

/// The most requests of one session that can be cancelled. The oldest can no longer be.
const MAX_STOPPABLE: Shares = Shares { of_one: 32, of_all: 32 };

impl McpSession {
    pub(super) fn wait_for_answer(&self, request: &str) -> worker_kit::Result<CallerEnd<AwaitAnswer>> {
        let tags = [ANSWERS, &answer_tag(request)];
        Ok(held_sockets::accept(&self.state, &tags, ANSWERS, MAX_QUESTIONS, "")?.0)
    }

    /// `false`: nobody waits for it.
    pub(super) fn take_answer(&self, answer: &TakeAnswer) -> worker_kit::Result<bool> {
        let waiting = held_sockets::open::<AwaitAnswer>(&self.state, &answer_tag(&answer.request))?;
        let Some(waiting) = waiting.first() else { return Ok(false) };
        waiting.send(&answer.response)?;
        // It waits for one answer.
        held_sockets::close_own(waiting.platform())?;
        Ok(true)
    }

    pub(super) fn wait_for_cancellation(
        &self,
        request: &str,
    ) -> worker_kit::Result<CallerEnd<AwaitCancellation>> {
        let tags = [CANCELLATIONS, &cancellation_tag(request)];
        let (caller, object) = held_sockets::accept(&self.state, &tags, CANCELLATIONS, MAX_STOPPABLE, "")?;
        let known = "DELETE FROM cancelled WHERE request = ? RETURNING request AS value";
        let known: Vec<String> = sql::read(self.sql()?, known, &[&request])?;
        known.iter().try_for_each(|_| object.send(&()))?;
        Ok(caller)
    }

    pub(super) fn cancel(&self, request: &str) -> worker_kit::Result<()> {
        if let Some(waiting) =
            held_sockets::open::<AwaitCancellation>(&self.state, &cancellation_tag(request))?.first()
        {
            return waiting.send(&());
        }
        self.run("INSERT OR REPLACE INTO cancelled VALUES (?, ?)", &[&request, &now_ms()])?;
        self.run(
            "DELETE FROM cancelled WHERE rowid NOT IN (SELECT rowid FROM cancelled ORDER BY rowid DESC LIMIT ? + 0)",
            &[&MAX_CANCELLED],
        )
    }
}

fn cancellation_tag(request: &str) -> String {
    format!("cancelled:{request}")
}

fn answer_tag(request: &str) -> String {
    format!("answer:{request}")
}
