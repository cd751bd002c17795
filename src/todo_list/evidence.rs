//! What becomes of the list when all of what KV shows has been read into the table `staged`.
//!
//! For a list that comes here ([`Purpose::Migration`]) KV is the weakest evidence, since it may be stale. The after-states of the stored
//! history, including deletions, override it, in order of change number; the journal of the earlier release overrides both. A todo's
//! `version` does not decide, since an undo sets it back.
//!
//! For an operator either KV decides alone ([`Purpose::FromKv`]) or the list does ([`Purpose::ToKv`]).
//!
//! Whatever then differs from KV, or may differ from it soon, is written to KV again.

use kv_copy::{KvCopy, SqlQueue};
use mcp_workers::ChangeFeed;
use todo::{Todo, TodoId};
use worker::{SqlStorage, console_error};
use worker_kit::sql;

use super::{
    for_operators::Purpose,
    history::History,
    notify_agents::whole_list,
    now_ms,
    todos::{MAX_VERSION, Todos},
};

/// What the object itself knows of its list, and where the list goes.
pub(super) struct Evidence<'a> {
    pub(super) sql: &'a SqlStorage,
    pub(super) todos: &'a Todos,
    pub(super) history: &'a History,
    pub(super) copy: &'a KvCopy<SqlQueue>,
    pub(super) feed: &'a ChangeFeed,
}

impl Evidence<'_> {
    pub(super) fn has_list(&self) -> worker_kit::Result<bool> {
        Ok(self.todos.standing()?.is_some())
    }

    /// Does what KV was read for. To be called in the transaction of the last page.
    pub(super) fn complete(&self, purpose: Purpose) -> worker_kit::Result<()> {
        match purpose {
            Purpose::Migration => self.migrate(),
            Purpose::FromKv => self.restore(),
            Purpose::ToKv => self.queue_differences(Vec::new()),
        }
    }

    /// Has todos written to KV, or deleted there, as they are in the list.
    pub(super) fn queue<'i>(&self, ids: impl IntoIterator<Item = &'i String>) -> worker_kit::Result<()> {
        let now = now_ms();
        ids.into_iter().try_for_each(|id| self.copy.changed_in_doubt(id, now))
    }

    /// Makes the list of what was staged, of the history and of the earlier journal, and sets the marker.
    fn migrate(&self) -> worker_kit::Result<()> {
        self.todos.take_staged()?;
        let mut last_id = None;
        // Changes are numbered from 1.
        let mut place = (0, 0);
        while let Some((number, part, change)) = self.history.part_after(place.0, place.1)? {
            place = (number, part);
            for effect in change.iter().flat_map(|change| &change.effects) {
                last_id = last_id.max(effect.todo().map(|todo| todo.id));
                match (&effect.before, &effect.after) {
                    (_, Some(after)) => drop(self.todos.put(after)?),
                    (Some(before), None) => self.todos.remove(before.id)?,
                    (None, None) => {}
                }
            }
        }
        let journal = self.lay_journal_over()?;
        self.queue_differences(journal.pending)?;
        self.todos.stand_as_counted(self.newest_version()?, last_id.max(journal.newest))
    }

    /// Makes the list of what was staged alone, and sets the marker. What is remembered of the list that was here goes with it; its
    /// subscribers, and which access has ended, stay. Changes are numbered on from the milliseconds since the epoch: no number, and so
    /// no entity tag, is given twice.
    fn restore(&self) -> worker_kit::Result<()> {
        let version = now_ms().max(self.newest_version()?.saturating_add(1)).min(MAX_VERSION);
        self.todos.take_staged_at(version)?;
        self.history.empty()?;
        // How many creations there are is counted anew when this is done; of the provenance is known what is gone at the earliest, which holds.
        let forget = "DELETE FROM creations; DELETE FROM answers;
                      DELETE FROM agreements; DELETE FROM provenance; DELETE FROM earlier_journal";
        sql::run(self.sql, forget, &[])?;
        self.queue_differences(Vec::new())?;
        self.todos.stand_as_counted(version, None)?;
        self.feed.changed(&whole_list()).map(drop)
    }

    /// The number of the newest change that anything stored knows of.
    fn newest_version(&self) -> worker_kit::Result<u64> {
        let newest = "SELECT MAX(version) FROM (SELECT json_extract(todo, '$.version') AS version FROM todos
                      UNION ALL SELECT json_extract(todo, '$.version') FROM staged UNION ALL SELECT MAX(number) FROM history)";
        Ok(sql::optional_number(self.sql, newest, &[])?.unwrap_or_default())
    }

    /// Lays the earlier release's journal over the list, and drops what of it is in the list then.
    fn lay_journal_over(&self) -> worker_kit::Result<Journal> {
        let mut journal = Journal::default();
        let mut after = String::new();
        loop {
            let query = "SELECT todo_id, todo, settled_at FROM earlier_journal WHERE todo_id > ? ORDER BY todo_id LIMIT 1";
            let next = sql::first_row(self.sql, query, &[&after])?;
            let Some(mut row) = next else { return Ok(journal) };
            after = row.text(0)?;
            let (json, is_pending) = (row.optional_text(1)?, row.optional_number(2)?.is_none());
            let read = match &json {
                Some(json) => json::from_str::<Todo>(json).map(|todo| (todo.id, Some(todo))),
                None => TodoId::parse(&after).map(|id| (id, None)).map_err(serde::de::Error::custom),
            };
            let id = match read {
                Ok((id, Some(todo))) => {
                    self.todos.put(&todo)?;
                    id
                }
                Ok((id, None)) => {
                    self.todos.remove(id)?;
                    id
                }
                // It stays where it is, and the rest of the list still works.
                Err(error) => {
                    console_error!("the journal's todo {after} cannot be read: {error}");
                    continue;
                }
            };
            journal.newest = journal.newest.max(Some(id));
            if is_pending {
                journal.pending.push(id.to_string());
            }
            sql::run(self.sql, "DELETE FROM earlier_journal WHERE todo_id = ?", &[&after])?;
        }
    }

    /// Queues for KV every todo that differs from what KV showed, and these. What is queued already is doubted: a write of how the todo
    /// was before may be on its way.
    fn queue_differences(&self, mut ids: Vec<String>) -> worker_kit::Result<()> {
        let differing = "SELECT todos.todo_id FROM todos LEFT JOIN staged USING (todo_id) WHERE staged.todo IS NOT todos.todo
                         UNION SELECT todo_id FROM staged WHERE todo_id NOT IN (SELECT todo_id FROM todos)
                         UNION SELECT id FROM kv_copy";
        ids.extend(sql::read::<String>(self.sql, differing, &[])?);
        self.queue(&ids)
    }
}

/// What the earlier release's journal had in it.
#[derive(Default)]
struct Journal {
    newest: Option<TodoId>,
    /// What KV had not taken.
    pending: Vec<String>,
}
