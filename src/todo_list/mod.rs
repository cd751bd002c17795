//! The object that owns one user's todos, its client and its questions.
//!
//! One `TodoList` object per user is the only writer of that user's keys in Workers KV, so that concurrent callers
//! cannot lose each other's changes. Its SQLite has the list, KV a copy of it. `docs/STORAGE.md` says what it stores and why nothing
//! acknowledged is ever lost.

pub(crate) mod addresses;
mod agreements;
mod answers;
mod client;
mod creations;
mod ended_access;
mod evidence;
mod for_operators;
mod history;
mod kv_reading;
mod live;
mod live_sockets;
mod notify_agents;
mod provenance;
mod questions;
mod restore;
mod rules_store;
mod schema;
mod todo_list_do;
mod todos;
mod whole_list;

use futures_util::future::LocalBoxFuture;
use identity_workers::{Access, UserId};
use worker::Env;
use worker_kit::{clock::now_ms, http::Failure};

pub(crate) use client::{TodoListClient, TodoListError, oversee};
// For the description of the page's interface.
pub(crate) use for_operators::Restore;
#[cfg(test)]
pub(crate) use provenance::Provenance;
pub(crate) use questions::{
    Agreement, CommandRequest, HistoryPage, ListRefusal, Review, UndoRequest, WholeList,
};

/// Makes a user's list refuse these grants and sessions from now on.
pub(crate) fn end_access(
    env: Env,
    user: UserId,
    ended: Vec<Access>,
) -> LocalBoxFuture<'static, Result<(), Failure>> {
    Box::pin(async move {
        TodoListClient::of(&env, &user, "", None).end_access(ended).await.map_err(Failure::from)
    })
}
