//! Restoring a list, which an operator asks for: when to ask for what is told in `docs/OPERATING.md`.
//!
//! Either way KV is read first ([`kv_reading`](super::kv_reading)), and then decides what becomes of the list, or the list what becomes
//! of KV ([`evidence`](super::evidence)).

use kv_copy::{Queue, SqlQueue};
use serde::{Deserialize, Serialize};
use todo::Timestamp;
use worker::{ResponseBody, SqlStorage};
use worker_kit::{
    object::{Document, Unanswered},
    storage::ObjectStorage,
};

use super::{
    evidence::Evidence,
    kv_reading::{KvReading, Purpose},
    notify_agents::whole_list,
    now_ms,
    questions::ListRefusal,
    todos::{StoredStanding, Todos},
};

/// The `Retry-After` while KV is being written, in seconds.
const WRITING_SECONDS: u32 = 1;

/// Which way to restore.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Restore {
    /// The list becomes what KV shows.
    FromKv,
    /// The same, also where KV does not have all changes, which are lost then.
    FromKvEvenIfBehind,
    /// KV becomes what the list is.
    ToKv,
}

/// Why a list is not restored, or has no state.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotRestored {
    /// Nothing is stored for that user.
    Unknown,
    /// KV does not have all changes.
    Behind,
    /// KV is being read for another purpose.
    ReadForAnother,
}

/// The state of a list, for an operator.
#[derive(Serialize)]
pub(crate) struct ListState {
    /// `None`: the object does not have its list, and answers nothing from it.
    list: Option<ListSize>,
    copy: CopyState,
    /// `None`: KV is not being read.
    reading: Option<ReadingState>,
}

#[derive(Serialize)]
struct ListSize {
    version: u64,
    todos: usize,
}

/// How far the copy in KV is behind.
#[derive(Serialize)]
struct CopyState {
    /// How many todos KV does not have as they are.
    behind: u64,
    /// Since when.
    since: Option<Timestamp>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReadingState {
    purpose: Purpose,
    /// How many tries in a row have failed.
    failures: u32,
    /// Not before.
    next_try: Timestamp,
}

impl ListState {
    /// As a document, whose version is the moment.
    pub(super) fn document(sql: &SqlStorage) -> worker::Result<Document<Self>> {
        let state = serde_json::to_vec(&Self::of(sql)?)?;
        Ok(Document::new(now_ms(), ResponseBody::Body(state)))
    }

    fn of(sql: &SqlStorage) -> worker::Result<Self> {
        let stored = Todos::new(sql.clone()).standing()?;
        let lag = SqlQueue::new(sql.clone()).lag()?;
        let place = KvReading::new(sql.clone()).place(stored.is_some())?;
        Ok(Self {
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
        })
    }
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
            _ => evidence.sql.exec("DELETE FROM list", None).map(drop),
        }
    })?;
    Ok(true)
}
