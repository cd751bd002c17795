//! Who added each todo and who changed it last, for as long as the todo exists, also when the history has dropped these changes.
//!
//! For todos older than this table the rows were made from the history of that time. A deleted todo keeps its row until the history
//! cannot restore it any more.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use todo::{Actor, Change, ChangeKind, Timestamp, TodoId};
use worker::{SqlStorage, console_error};
use worker_kit::{
    sql,
    storage::{Known, ObjectStorage},
};

/// What is known of one todo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(description = "Who added a todo, and who changed it last. What is not known is absent.")]
pub(crate) struct Provenance {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Actor")]
    pub(crate) added_by: Option<Actor>,
    /// Absent where nobody has changed it since it was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Actor")]
    pub(crate) changed_by: Option<Actor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Timestamp")]
    pub(crate) changed_at: Option<Timestamp>,
}

pub(super) struct Provenances {
    sql: SqlStorage,
    /// The number of the first change that deleted a todo whose row is still here, or a smaller one; `None`: there is no such row.
    gone: Known<Option<u64>>,
}

impl Provenances {
    pub(super) fn new(sql: SqlStorage, storage: &ObjectStorage) -> Self {
        Self { sql, gone: storage.known() }
    }

    pub(super) fn of(&self, id: TodoId) -> worker_kit::Result<Provenance> {
        let query = "SELECT added_by, changed_by, changed_at FROM provenance WHERE todo_id = ?";
        let row: Option<(Option<String>, Option<String>, Option<String>)> =
            sql::read_first(&self.sql, query, &[&id])?;
        let Some((added_by, changed_by, changed_at)) = row else {
            return Ok(Provenance { added_by: None, changed_by: None, changed_at: None });
        };
        let actor = |json: Option<String>| json.map(|json| json::from_str(&json)).transpose();
        Ok(Provenance {
            added_by: actor(added_by)?,
            changed_by: actor(changed_by)?,
            changed_at: changed_at.map(|at| json::from_str(&at)).transpose()?,
        })
    }

    /// Notes who did a part of a change.
    pub(super) fn record(&self, change: &Change) -> worker_kit::Result<()> {
        let (by, at) = (json::to_string(&change.by)?, json::to_string(&change.at)?);
        for effect in &change.effects {
            let Some(todo) = effect.todo() else { continue };
            let id = todo.id.to_string();
            if effect.after.is_none() {
                self.gone.forget();
                let gone: sql::Values<'_> = &[&id, &change.number];
                let note = "INSERT INTO provenance (todo_id, gone) VALUES (?1, ?2)
                            ON CONFLICT DO UPDATE SET gone = ?2";
                sql::run(&self.sql, note, gone)?;
                continue;
            }
            let note = if change.kind == ChangeKind::Created {
                "INSERT INTO provenance (todo_id, added_by) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
            } else {
                "INSERT INTO provenance (todo_id, changed_by, changed_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET changed_by = ?2, changed_at = ?3, gone = NULL"
            };
            let row: sql::Values<'_> = &[&id, &by, &at];
            let used = if change.kind == ChangeKind::Created { 2 } else { 3 };
            sql::run(&self.sql, note, row.get(..used).unwrap_or(row))?;
        }
        Ok(())
    }

    /// Forgets todos that cannot come back. `oldest`: the number of the oldest change that can still be undone.
    pub(super) fn forget(&self, oldest: u64) -> worker_kit::Result<()> {
        let first = match self.gone.get() {
            Some(first) => first,
            None => sql::optional_number(&self.sql, "SELECT MIN(gone) FROM provenance", &[])?,
        };
        self.gone.set(first);
        if first.is_none_or(|first| first >= oldest) {
            return Ok(());
        }
        self.gone.forget();
        sql::run(&self.sql, "DELETE FROM provenance WHERE gone < ?", &[&oldest])
    }
}

/// What the history of an older list still tells, oldest first. One row at a time: all of them may have tens of megabytes.
pub(super) fn from_history(sql: &SqlStorage) -> worker_kit::Result<()> {
    let provenances = Provenances { sql: sql.clone(), gone: Known::default() };
    let (mut number, mut part) = (0, 0);
    loop {
        let query = "SELECT number, part, change FROM history WHERE (number, part) > (?, ?) ORDER BY number, part LIMIT 1";
        let next = sql::first_row(sql, query, &[&number, &part])?;
        let Some(mut row) = next else { return Ok(()) };
        (number, part) = (row.number(0)?, row.number(1)?);
        match json::from_str(&row.text(2)?) {
            Ok(change) => provenances.record(&change)?,
            // It stays where it is, and the list works without it.
            Err(error) => console_error!("change {number} of the history cannot be read: {error}"),
        }
    }
}
