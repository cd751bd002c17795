//! The object as the place where a Worker waits for what another request brings: the client's answer to a question, or that a
//! request is to be stopped. Either may come before anybody waits for it.

use worker::Response;

use super::{McpSession, Row, now_ms};

/// The most answers that are kept for a Worker which has not asked for them yet.
const MAX_ANSWERS: u32 = 16;

/// The most requests that are known to be cancelled without anybody having been told; most of them were done already.
const MAX_CANCELLED: u32 = 64;

impl McpSession {
    pub(super) async fn wait_for_answer(&self, request: &str) -> worker::Result<Response> {
        let known = "DELETE FROM answer WHERE request = ? RETURNING response AS value";
        self.wait(&answer_tag(request), known, request).await
    }

    pub(super) fn answered(&self, request: &str, response: &str) -> worker::Result<()> {
        if let Some(waiting) = self.state.get_websockets_with_tag(&answer_tag(request)).first() {
            return waiting.send_with_str(response);
        }
        if self.count("SELECT count(*) AS count FROM answer")? < MAX_ANSWERS {
            let at = i64::try_from(now_ms()).unwrap_or(i64::MAX);
            let values = vec![request.into(), response.into(), at.into()];
            self.run("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", values)?;
        }
        Ok(())
    }

    pub(super) async fn wait_for_cancellation(&self, request: &str) -> worker::Result<Response> {
        let known = "DELETE FROM cancelled WHERE request = ? RETURNING request AS value";
        self.wait(&cancellation_tag(request), known, request).await
    }

    pub(super) fn cancel(&self, request: &str) -> worker::Result<()> {
        if let Some(waiting) = self.state.get_websockets_with_tag(&cancellation_tag(request)).first() {
            return waiting.send_with_str(request);
        }
        let at = i64::try_from(now_ms()).unwrap_or(i64::MAX);
        self.run("INSERT OR REPLACE INTO cancelled VALUES (?, ?)", vec![request.into(), at.into()])?;
        self.run(
            "DELETE FROM cancelled WHERE rowid NOT IN (SELECT rowid FROM cancelled ORDER BY rowid DESC LIMIT ?)",
            vec![i64::from(MAX_CANCELLED).into()],
        )
    }

    /// Lets a Worker wait; what is known already it is told at once, and it is known no more.
    async fn wait(&self, tag: &str, known: &str, request: &str) -> worker::Result<Response> {
        let (client, server) = self.listener(tag).await?;
        let known: Vec<Row> = self.sql()?.exec(known, vec![request.into()])?.to_array()?;
        for Row { value } in known {
            server.send_with_str(value)?;
        }
        Response::from_websocket(client)
    }
}

fn cancellation_tag(request: &str) -> String {
    format!("cancelled:{request}")
}

fn answer_tag(request: &str) -> String {
    format!("answer:{request}")
}
