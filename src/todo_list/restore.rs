//! Restoring a list, which an operator asks for: when to ask for what is told in `docs/OPERATING.md`.
//!
//! Either way KV is read first ([`kv_reading`](super::kv_reading)), and then decides what becomes of the list, or the list what becomes
//! of KV ([`evidence`](super::evidence)).

use worker::SqlStorage;
use worker_kit::{
    http::Body,
    object::{Document, Unanswered},
    sql,
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

/// How long KV is not written to after that, in milliseconds: longer than a write may take.
const HOLD_MS: u64 = 25 * 1_000;

/// [`ListState`], as SQLite writes it.
const STATE: &str = "SELECT json_object(
    'list', json((SELECT json_object('version', version, 'todos', open + completed) FROM list)),
    'copy', json((SELECT json_object('behind', COUNT(*) FILTER (WHERE copied = 0), 'doubted', COUNT(*) FILTER (WHERE copied = 1),
                                     'since', strftime('%Y-%m-%dT%H:%M:%fZ', MIN(since) FILTER (WHERE copied = 0) / 1000.0, 'unixepoch'))
                  FROM kv_copy)),
    'reading', json((SELECT json_object('purpose', purpose, 'failures', failures,
                                        'nextTry', strftime('%Y-%m-%dT%H:%M:%fZ', next_at / 1000.0, 'unixepoch')) FROM kv_reading)))";

/// The state of a list. As a document its version is the moment.
pub(super) fn state(sql: &SqlStorage) -> worker_kit::Result<Document<ListState>> {
    let state = sql::first_row(sql, STATE, &[])?;
    let state = state.ok_or("a list has a state")?.text(0)?;
    Ok(Document::new(now_ms(), Body::Bytes(state.into_bytes())))
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
        // There is no list to restore: it is made from what KV shows when somebody asks for it.
        Some(place) if place.purpose == Purpose::Migration && reading.is_untouched()? => {
            return refused(ListRefusal::NoList);
        }
        Some(place) if place.purpose == purpose => return Ok(false),
        Some(_) => return refused(ListRefusal::KvIsRead),
        None => {}
    }
    // Also where KV has all of it, but an earlier write may yet take effect.
    if matches!(restore, Restore::FromKv) && evidence.copy.due()?.is_some() {
        return refused(ListRefusal::CopyBehind);
    }
    if purpose == Purpose::FromKv && evidence.copy.is_running() {
        // Whoever asks again comes in between, however much is being changed.
        evidence.copy.hold(now_ms().saturating_add(HOLD_MS));
        return Err(Unanswered::for_now(WRITING_SECONDS));
    }
    storage.transaction(|| {
        reading.begin(purpose)?;
        if purpose == Purpose::FromKv {
            return evidence.todos.fall();
        }
        // It may be older than what it was: what was numbered since, nobody knows any more.
        evidence.todos.rise(now_ms())?;
        evidence.feed.changed(&whole_list()).map(drop)
    })?;
    evidence.copy.hold(0);
    Ok(true)
}
