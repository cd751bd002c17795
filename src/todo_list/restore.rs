//! Restoring a list, which an operator asks for: when to ask for what is told in `docs/OPERATING.md`.
//!
//! Either way KV is read first ([`kv_reading`](super::kv_reading)), and then decides what becomes of the list, or the list what becomes
//! of KV ([`evidence`](super::evidence)).

use worker::{ResponseBody, SqlStorage};
use worker_kit::{
    object::{Document, Unanswered},
    sql::{self, integer},
    storage::ObjectStorage,
};

use super::{
    evidence::Evidence,
    for_operators::{ListState, Purpose, Restore},
    kv_reading::KvReading,
    notify_agents::whole_list,
    now_ms,
    questions::ListRefusal,
};

/// The `Retry-After` while KV is being written, in seconds.
const WRITING_SECONDS: u32 = 1;

/// [`ListState`], as SQLite writes it.
const STATE: &str = "SELECT json_object(
    'list', json((SELECT json_object('version', version, 'todos', open + completed) FROM list)),
    'copy', json((SELECT json_object('behind', COUNT(*), 'since', strftime('%Y-%m-%dT%H:%M:%fZ', MIN(since) / 1000.0, 'unixepoch'))
                  FROM kv_copy WHERE copied = 0)),
    'reading', json((SELECT json_object('purpose', purpose, 'failures', failures,
                                        'nextTry', strftime('%Y-%m-%dT%H:%M:%fZ', next_at / 1000.0, 'unixepoch')) FROM kv_reading)))";

/// The state of a list. As a document its version is the moment.
pub(super) fn state(sql: &SqlStorage) -> worker::Result<Document<ListState>> {
    let state = sql::rows(sql, STATE, Vec::new())?.next().transpose()?;
    let state = state.ok_or("a list has a state")?.text(0)?;
    Ok(Document::new(now_ms(), ResponseBody::Body(state.into_bytes())))
}

/// Begins to restore a list; the alarm does the rest. Gives whether it begins now: it may be under way.
///
/// # Errors
/// [`ListRefusal`]; 503 while KV is being written, whose writes the reader would see in part.
pub(super) fn begin(
    restore: Restore,
    reading: &KvReading,
    evidence: &Evidence<'_>,
    storage: &ObjectStorage,
) -> Result<bool, Unanswered<ListRefusal>> {
    let refused = |why| Err(Unanswered::Refused(why));
    let purpose = match restore {
        Restore::FromKv | Restore::FromKvEvenIfBehind => Purpose::FromKv,
        Restore::ToKv => Purpose::ToKv,
    };
    match reading.place(evidence.has_list()?)? {
        Some(place) if place.purpose == purpose => return Ok(false),
        Some(_) => return refused(ListRefusal::KvIsRead),
        None => {}
    }
    if matches!(restore, Restore::FromKv) && evidence.copy.lag()?.records > 0 {
        return refused(ListRefusal::CopyBehind);
    }
    if purpose == Purpose::FromKv && evidence.copy.is_running() {
        return Err(Unanswered::for_now(WRITING_SECONDS));
    }
    storage.transaction(|| {
        reading.begin(purpose)?;
        if purpose == Purpose::FromKv {
            return sql::run(evidence.sql, "DELETE FROM list", Vec::new());
        }
        // It may be older than what it was: what was numbered since, nobody knows any more.
        let rise = "UPDATE list SET version = MAX(version + 1, ?)";
        sql::run(evidence.sql, rise, vec![integer(now_ms())?])?;
        evidence.feed.changed(&whole_list()).map(drop)
    })?;
    Ok(true)
}
