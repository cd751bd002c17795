//! The object as the place from which a principal's clients are told of changes: those that listen, and sessions.
//!
//! Whoever made a change does not wait for that. Each session is told of everything at once, in one call; all of them side by
//! side, and none for longer than a moment. What changes meanwhile is told in the next round.

use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, join_all, select};
use mcp::{Fault, ResourceChange};
use serde::Deserialize;
use worker::{Env, console_error};
use worker_kit::object::{self, CallerEnd};
use worker_kit::storage::ObjectStorage;
use worker_kit::timer::sleep;

use super::pending_changes::PendingChanges;
use super::session_object::McpSession;
use crate::questions::{Changed, Holder, Holding, ListenToChanges, fault};

/// The tag of whoever listens.
const CHANGES: &str = "changes";

/// How long a session may take to be told. It can look for itself at any time; only the hint is lost.
const PATIENCE: Duration = Duration::from_secs(2);

impl McpSession {
    /// Lets somebody listen to what changes. Nothing is kept for them.
    pub(super) fn listen_to_changes(&self, holder: &Holder) -> worker::Result<CallerEnd<ListenToChanges>> {
        let (caller, _) = self.accept(&[CHANGES], CHANGES, self.limits.listening, &holder.client)?;
        Ok(caller)
    }

    /// Tells everybody who listens, and has every session told.
    pub(super) fn tell(&self, changes: Vec<ResourceChange>) -> worker::Result<()> {
        for listener in self.sockets::<ListenToChanges>(CHANGES)? {
            // One that has gone does not keep the others from being told.
            let _gone = listener.send(&changes);
        }
        if !self.is_held()? {
            return Ok(());
        }
        self.pending.add(changes);
        let (pending, storage, env) = (Rc::clone(&self.pending), Rc::clone(&self.storage), self.env.clone());
        self.state.wait_until(async move {
            if let Err(error) = tell_sessions(&pending, &storage, &env).await {
                console_error!("sessions were not told of changes: {error}");
            }
        });
        Ok(())
    }
}

/// A session that is told.
#[derive(Deserialize)]
struct Subscriber {
    session: String,
    at: i64,
}

/// Tells sessions until there is nothing left to tell; one turn at a time.
async fn tell_sessions(pending: &PendingChanges, storage: &ObjectStorage, env: &Env) -> worker::Result<()> {
    let Some(_turn) = pending.turn() else { return Ok(()) };
    loop {
        let changes = pending.take();
        let Some(sql) = storage.existing()?.filter(|_| !changes.is_empty()) else { return Ok(()) };
        let subscribers = "SELECT session, at FROM member WHERE holding = ?";
        let subscribers: Vec<Subscriber> =
            sql.exec(subscribers, vec![Holding::ResourceChanges.as_str().into()])?.to_array()?;
        let all = Changed { changes };
        let told = subscribers
            .iter()
            .map(async |subscriber| (subscriber, tell_session(env, &subscriber.session, all.clone()).await));
        for (Subscriber { session, at }, told) in join_all(told).await {
            match told {
                Ok(true) => {}
                // It knows by itself that it is told no more; unless it has asked to be told again meanwhile.
                Ok(false) => {
                    let less = "UPDATE member SET holding = ? WHERE session = ? AND at = ?";
                    let less_of =
                        vec![Holding::Something.as_str().into(), session.as_str().into(), (*at).into()];
                    sql.exec(less, less_of)?;
                }
                Err(fault) => console_error!("a session was not told of a change: {fault}"),
            }
        }
    }
}

async fn tell_session(env: &Env, session: &str, changed: Changed) -> Result<bool, Fault> {
    match select(std::pin::pin!(object::ask(env, session, changed)), sleep(PATIENCE)).await {
        Either::Left((told, _)) => told.map_err(fault),
        Either::Right(_) => Err(Fault::new("it took too long")),
    }
}
