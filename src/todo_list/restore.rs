//! Restoring a list, which an operator asks for: when to ask for what is told in `docs/OPERATING.md`.
//!
//! Either way KV is read first ([`kv_reading`](super::kv_reading)), and then decides what becomes of the list, or the list what becomes
//! of KV ([`evidence`](super::evidence)).

use kv_copy::{Queue, SqlQueue};
use todo::Timestamp;
use worker::{ResponseBody, SqlStorage};
use worker_kit::{
    object::{Document, Unanswered},
    sql,
    storage::ObjectStorage,
};

use super::{
    evidence::Evidence,
    for_operators::{CopyState, ListSize, ListState, NotRestored, Purpose, ReadingState, Restore},
    kv_reading::KvReading,
    notify_agents::whole_list,
    now_ms,
    questions::ListRefusal,
    todos::{StoredStanding, Todos},
};

/// The `Retry-After` while KV is being written, in seconds.
const WRITING_SECONDS: u32 = 1;

/// The state of a list. As a document its version is the moment.
pub(super) fn state(sql: &SqlStorage) -> worker::Result<Document<ListState>> {
    let stored = Todos::new(sql.clone()).standing()?;
    let lag = SqlQueue::new(sql.clone()).lag()?;
    let place = KvReading::new(sql.clone()).place(stored.is_some())?;
    let state = ListState {
        list: stored.map(|StoredStanding { standing, .. }| ListSize {
            version: standing.version,
            todos: standing.todos(),
        }),
        copy: CopyState { behind: lag.records, since: lag.since.map(Timestamp::from_millis) },
        reading: place.map(|place| ReadingState {
            purpose: place.purpose,
            failures: place.failures,
            next_try: Timestamp::from_millis(place.next_at),
        }),
    };
    Ok(Document::new(now_ms(), ResponseBody::Body(serde_json::to_vec(&state)?)))
}

/// Begins to restore a list; the alarm does the rest. Gives whether it begins now: it may be under way.
///
/// # Errors
/// [`NotRestored`]; 503 while KV is being written, whose writes the reader would see in part.
pub(super) fn begin(
    restore: Restore,
    reading: &KvReading,
    evidence: &Evidence<'_>,
    storage: &ObjectStorage,
) -> Result<bool, Unanswered<ListRefusal>> {
    let refused = |why| Err(Unanswered::Refused(ListRefusal::NotRestored(why)));
    let purpose = match restore {
        Restore::FromKv | Restore::FromKvEvenIfBehind => Purpose::FromKv,
        Restore::ToKv => Purpose::ToKv,
    };
    let stored = evidence.todos.standing()?;
    match reading.place(stored.is_some())? {
        Some(place) if place.purpose == purpose => return Ok(false),
        Some(_) => return refused(NotRestored::ReadForAnother),
        None => {}
    }
    if matches!(restore, Restore::FromKv) && evidence.copy.lag()?.records > 0 {
        return refused(NotRestored::Behind);
    }
    if purpose == Purpose::FromKv && evidence.copy.is_running() {
        return Err(Unanswered::for_now(WRITING_SECONDS));
    }
    storage.transaction(|| {
        reading.begin(purpose)?;
        match (purpose, stored) {
            (Purpose::ToKv, Some(StoredStanding { mut standing, bytes })) => {
                // It may be older than what it was: what was numbered since, nobody knows any more.
                standing.version = now_ms().max(standing.version.saturating_add(1));
                evidence.todos.stand(StoredStanding { standing, bytes })?;
                evidence.feed.changed(&whole_list())
            }
            _ => sql::run(evidence.sql, "DELETE FROM list", Vec::new()),
        }
    })?;
    Ok(true)
}
