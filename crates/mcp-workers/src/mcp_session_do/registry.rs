//! The object as a principal's registry: which of their sessions and tasks hold something, and for which client.
//!
//! Session ids are free and unlimited, so a session or task is entered here before it holds anything. Each kind has
//! [`Limits`](crate::Limits): above one the new entry is accepted and another is evicted ([`worker_kit::shares`]).

use serde::Deserialize;
use worker_kit::{
    background::Background,
    clock::now_ms,
    shares::Share,
    sql::{self, optional_number},
};

use super::session_object::McpSession;
use crate::change_feed::evict;
use crate::questions::{Holding, REGISTRY_PREFIX};

/// How long an ended session is remembered, in milliseconds: longer than any session id is valid.
pub(super) const OVER_MS: u64 = 8 * 24 * 60 * 60 * 1_000;

#[derive(Deserialize)]
struct Entered {
    session: String,
    client: String,
    at: u64,
}

impl McpSession {
    /// Enters a session or task, or changes what it is entered for. Evicted ones are notified after the answer. `false`: the session
    /// was ended before, and nothing is entered.
    pub(super) fn enter(&self, object: &str, client: &str, holding: Holding) -> worker_kit::Result<bool> {
        self.storage.tables()?;
        // No session or task lives longer: the message that it left was lost.
        let before = |age: u64| now_ms().saturating_sub(age);
        self.run("DELETE FROM member WHERE at < ?", &[&before(OVER_MS.saturating_mul(2))])?;
        let ended: sql::Values<'_> = &[&Holding::End, &before(OVER_MS)];
        self.run("DELETE FROM member WHERE holding = ? AND at < ?", ended)?;
        if holding != Holding::End && self.has_ended(object)? {
            return Ok(false);
        }
        let others = "SELECT session, client, at FROM member WHERE holding = ? AND session <> ? ORDER BY at";
        let others: Vec<Entered> = sql::read(self.sql()?, others, &[&holding, &object])?;
        let shares: Vec<Share<'_>> =
            others.iter().map(|other| Share { owner: &other.client, since: other.at }).collect();
        let gone = self.limits.of(holding).evictions(&shares, client);
        let gone: Vec<String> = gone
            .into_iter()
            .filter_map(|place| others.get(place))
            .map(|other| other.session.clone())
            .collect();
        for other in &gone {
            self.run("DELETE FROM member WHERE session = ?", &[&other])?;
        }
        self.run(
            "INSERT OR REPLACE INTO member (session, client, holding, at) VALUES (?, ?, ?, ?)",
            &[&object, &client, &holding, &now_ms()],
        )?;
        // An ended session holds nothing, so there is nothing to delete.
        if !gone.is_empty() && holding != Holding::End {
            self.state.behind(evict(self.env.clone(), gone));
        }
        Ok(true)
    }

    /// Whether a session was ended.
    pub(super) fn has_ended(&self, session: &str) -> worker_kit::Result<bool> {
        let Some(sql) = self.storage.existing()? else { return Ok(false) };
        let query = "SELECT at FROM member WHERE session = ? AND holding = ?";
        let at = optional_number(sql, query, &[&session, &Holding::End])?;
        Ok(at.is_some_and(|at| now_ms().saturating_sub(at) < OVER_MS))
    }

    /// Removes a session or task that holds nothing any more. When the registry is empty its storage is deleted.
    pub(super) async fn leave(&self, object: &str) -> worker_kit::Result<()> {
        if !self.is_held()? {
            return Ok(());
        }
        let leave = "DELETE FROM member WHERE session = ? AND holding <> ?";
        self.run(leave, &[&object, &Holding::End])?;
        self.forget_if_empty().await
    }

    /// The principal, if this is a registry.
    pub(super) fn principal(&self) -> Option<String> {
        self.state.id().name()?.strip_prefix(REGISTRY_PREFIX).map(str::to_owned)
    }
}
