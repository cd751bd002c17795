//! WebSockets on which a Worker waits for what another request brings: the client's answer to a question, or the cancellation of a
//! request. Either may come before the Worker waits for it.

use serde_json::value::RawValue;
use worker_kit::object::{CallerEnd, Opening};
use worker_kit::shares::Shares;
use worker_kit::sql;

use super::session_object::McpSession;
use crate::clock::now_ms;
use crate::held_sockets;
use crate::questions::{AwaitAnswer, AwaitCancellation};

/// The most answers that are kept for a Worker which has not asked for them yet, and their bytes in total. More are dropped, as if
/// the client had not answered.
const MAX_ANSWERS: u32 = 16;
const MAX_ANSWER_BYTES: u64 = 256 * 1024;

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
    pub(super) fn wait_for_answer(&self, request: &str) -> worker::Result<CallerEnd<AwaitAnswer>> {
        let known = "DELETE FROM answer WHERE request = ? RETURNING response AS value";
        let frame = |response| Ok(RawValue::from_string(response)?);
        self.wait(&answer_tag(request), ANSWERS, MAX_QUESTIONS, known, request, frame)
    }

    pub(super) fn answered(&self, request: &str, response: Box<RawValue>) -> worker::Result<()> {
        if let Some(waiting) = held_sockets::open::<AwaitAnswer>(&self.state, &answer_tag(request))?.first() {
            return waiting.send(&response);
        }
        let response = String::from(Box::<str>::from(response));
        let kept = "SELECT count(*) AS count FROM answer";
        let bytes = "SELECT coalesce(sum(octet_length(response)), 0) AS count FROM answer";
        let bytes = u64::from(self.count(bytes)?).saturating_add(response.len() as u64);
        if self.count(kept)? < MAX_ANSWERS && bytes <= MAX_ANSWER_BYTES {
            let at = i64::try_from(now_ms()).unwrap_or(i64::MAX);
            let values = vec![request.into(), response.into(), at.into()];
            self.run("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", values)?;
        }
        Ok(())
    }

    pub(super) fn wait_for_cancellation(
        &self,
        request: &str,
    ) -> worker::Result<CallerEnd<AwaitCancellation>> {
        let known = "DELETE FROM cancelled WHERE request = ? RETURNING request AS value";
        self.wait(&cancellation_tag(request), CANCELLATIONS, MAX_STOPPABLE, known, request, |_| Ok(()))
    }

    pub(super) fn cancel(&self, request: &str) -> worker::Result<()> {
        if let Some(waiting) =
            held_sockets::open::<AwaitCancellation>(&self.state, &cancellation_tag(request))?.first()
        {
            return waiting.send(&());
        }
        let at = i64::try_from(now_ms()).unwrap_or(i64::MAX);
        self.run("INSERT OR REPLACE INTO cancelled VALUES (?, ?)", vec![request.into(), at.into()])?;
        self.run(
            "DELETE FROM cancelled WHERE rowid NOT IN (SELECT rowid FROM cancelled ORDER BY rowid DESC LIMIT ?)",
            vec![i64::from(MAX_CANCELLED).into()],
        )
    }

    /// Opens a WebSocket with the tags `kind` and `tag`. What `known` returns (and deletes) for the request is sent at once.
    fn wait<O: Opening>(
        &self,
        tag: &str,
        kind: &str,
        shares: Shares,
        known: &str,
        request: &str,
        frame: impl Fn(String) -> worker::Result<O::Frame>,
    ) -> worker::Result<CallerEnd<O>> {
        let (caller, object) = held_sockets::accept(&self.state, &[kind, tag], kind, shares, "")?;
        let known: Vec<String> = sql::read(self.sql()?, known, vec![request.into()])?;
        for value in known {
            object.send(&frame(value)?)?;
        }
        Ok(caller)
    }
}

fn cancellation_tag(request: &str) -> String {
    format!("cancelled:{request}")
}

fn answer_tag(request: &str) -> String {
    format!("answer:{request}")
}
