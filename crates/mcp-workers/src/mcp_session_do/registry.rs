//! The object as a principal's registry: which of their sessions and tasks have something held, and for which client.
//!
//! A session's id costs nothing and can be had without end, so whatever is held for one is entered here first. Each kind has
//! [`Limits`](super::Limits): whoever enters one too many is let in, and another gives way, the same client's first.

use futures_util::future::join_all;
use serde::Deserialize;
use worker::console_error;
use worker_kit::object;
use worker_kit::shares::Share;

use super::clock::now_ms;
use super::session_object::McpSession;
use crate::questions::{GiveWay, Holding, fault};

#[derive(Deserialize)]
struct Member {
    session: String,
    client: String,
    at: u64,
}

impl McpSession {
    /// Enters a session or task, or what it holds by now. Those that give way are told after the answer.
    pub(super) async fn enter(&self, member: &str, client: &str, holding: Holding) -> worker::Result<()> {
        self.make_tables().await?;
        let others = "SELECT session, client, at FROM member WHERE holding = ? AND session <> ? ORDER BY at";
        let others: Vec<Member> =
            self.sql()?.exec(others, vec![holding.as_str().into(), member.into()])?.to_array()?;
        let shares: Vec<Share<'_>> =
            others.iter().map(|other| Share { owner: &other.client, since: other.at }).collect();
        let gone = self.limits.of(holding).give_way(&shares, client);
        let gone: Vec<String> = gone
            .into_iter()
            .filter_map(|place| others.get(place))
            .map(|other| other.session.clone())
            .collect();
        for other in &gone {
            self.leave(other)?;
        }
        let at = i64::try_from(now_ms()).unwrap_or(i64::MAX);
        self.run(
            "INSERT OR REPLACE INTO member (session, client, holding, at) VALUES (?, ?, ?, ?)",
            vec![member.into(), client.into(), holding.as_str().into(), at.into()],
        )?;
        self.send_away(gone);
        Ok(())
    }

    /// One that holds nothing any more.
    pub(super) fn leave(&self, member: &str) -> worker::Result<()> {
        if self.is_held()? {
            self.run("DELETE FROM member WHERE session = ?", vec![member.into()])?;
        }
        Ok(())
    }

    /// Has those that gave way let go of what they hold.
    fn send_away(&self, members: Vec<String>) {
        if members.is_empty() {
            return;
        }
        let env = self.env.clone();
        self.state.wait_until(async move {
            let told = members.iter().map(|member| object::ask(&env, member.as_str(), GiveWay));
            for unanswered in join_all(told).await.into_iter().filter_map(Result::err) {
                console_error!("a session that gives way was not told: {}", fault(unanswered));
            }
        });
    }
}
