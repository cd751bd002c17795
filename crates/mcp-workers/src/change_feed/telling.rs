//! Notifying the subscribed sessions, behind the answer or from the alarm.

use std::{future::Future, pin::pin, time::Duration};

use futures_util::future::{Either, LocalBoxFuture, select};
use mcp::Fault;
use worker::{Env, console_error};
use worker_kit::{
    clock::now_ms,
    object::{self, Never, Unanswered},
    timer::sleep,
    together::all,
    turn::Turn,
};

use super::{
    feed::ChangeFeed,
    tables::{Due, PAUSE_MS, Tables},
};
use crate::questions::{Changed, ForgetSubscribers, GiveWay, ListSubscribers, fault};

/// The most sessions that are called at once. All of them together would keep everybody else waiting who is served by the same thread.
const AT_ONCE: usize = 6;

/// The time limit of one call to a session. One that takes longer is called again later.
const PATIENCE: Duration = Duration::from_secs(2);

impl ChangeFeed {
    /// Notifies sessions until nothing is due, each in one call with all changes that are new to it. `false`: another run does that
    /// already.
    ///
    /// # Errors
    /// The storage's. Changes that were not delivered stay stored.
    pub async fn tell_sessions(&self, env: &Env, principal: &str) -> worker_kit::Result<bool> {
        let Some(_turn) = Turn::of(&self.telling) else { return Ok(false) };
        let Some(sql) = self.storage.existing()? else { return Ok(true) };
        let tables = Tables(sql);
        if !tables.has_audience()? {
            return Ok(true);
        }
        self.adopt_from_registry(&tables, env, principal).await?;
        loop {
            let due = tables.due_now(now_ms())?;
            if due.is_empty() {
                tables.forget_told()?;
                let pause = tables.next_to_notify()?.map(|at| at.saturating_sub(now_ms()));
                // A session that could not be reached is called again by the alarm.
                let Some(pause) = pause.filter(|pause| *pause <= PAUSE_MS) else { return Ok(true) };
                sleep(Duration::from_millis(pause)).await;
                continue;
            }
            let newest = tables.newest()?;
            // The changes still to send, by the number of the last one sent: most sessions share it.
            let mut pending: Vec<(u64, Changed)> = Vec::new();
            for Due { told, .. } in &due {
                if let Err(place) = pending.binary_search_by_key(told, |(told, _)| *told) {
                    pending.insert(place, (*told, Changed { changes: tables.changes_after(*told)? }));
                }
            }
            for together in due.chunks(AT_ONCE) {
                // Lets the platform deliver: the answer that this is behind, and what others asked meanwhile.
                sleep(Duration::ZERO).await;
                let calls = together.iter().filter_map(|due| -> Option<LocalBoxFuture<'_, _>> {
                    let place = pending.binary_search_by_key(&due.told, |(told, _)| *told).ok()?;
                    let asked = object::ask(env, due.session.as_str(), pending.get(place)?.1.clone());
                    Some(Box::pin(async move { (due, in_time(asked).await) }))
                });
                for (due, answer) in all(calls.collect()).await {
                    settle(&tables, due, answer, newest)?;
                }
            }
            tables.forget_told()?;
        }
    }

    /// Takes over the subscriptions stored in the registry, before the first change is sent.
    async fn adopt_from_registry(
        &self,
        tables: &Tables<'_>,
        env: &Env,
        principal: &str,
    ) -> worker_kit::Result<()> {
        let Some(failures) = tables.adoption_due(now_ms())? else { return Ok(()) };
        match in_time(object::ask(env, principal, ListSubscribers)).await {
            Ok(subscribers) => {
                self.storage.transaction(|| tables.adopted(&subscribers, now_ms(), self.next_look()))?;
                // If this call fails, the registry removes sessions without subscriptions when it notifies them.
                if let Err(fault) = in_time(object::ask(env, principal, ForgetSubscribers)).await {
                    console_error!("a registry did not forget who subscribed there: {fault}");
                }
                Ok(())
            }
            Err(fault) => {
                console_error!("a registry did not say who subscribed there: {fault}");
                tables.not_adopted(failures, now_ms())
            }
        }
    }
}

/// Stores the outcome of a call: when to ask the session again, that it is not subscribed any more, or that it failed.
fn settle(
    tables: &Tables<'_>,
    due: &Due,
    answer: Result<Option<u64>, Fault>,
    newest: u64,
) -> worker_kit::Result<()> {
    match answer {
        Ok(Some(look_at)) => tables.was_told(due, newest, look_at, now_ms()),
        Ok(None) => tables.wants_nothing(due),
        Err(fault) => {
            console_error!("a session was not notified of changes; it is called again: {fault}");
            tables.was_not_told(due, now_ms())
        }
    }
}

/// Tells evicted sessions to delete what they hold. A failure is logged.
pub async fn evict(env: Env, sessions: Vec<String>) {
    let calls = sessions.iter().map(|session| -> LocalBoxFuture<'_, ()> {
        let asked = object::ask(&env, session.as_str(), GiveWay);
        Box::pin(async {
            if let Err(unanswered) = asked.await {
                console_error!("an evicted session was not reached: {}", fault(unanswered));
            }
        })
    });
    all(calls.collect()).await;
}

async fn in_time<T>(call: impl Future<Output = Result<T, Unanswered<Never>>>) -> Result<T, Fault> {
    match select(pin!(call), sleep(PATIENCE)).await {
        Either::Left((answer, _)) => answer.map_err(fault),
        Either::Right(_) => Err(Fault::new("it took too long")),
    }
}
