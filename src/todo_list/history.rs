//! The history: the newest changes of the list, with each todo before and after, so that any of them can be taken back.
//!
//! A change is written in the same turn as the journal's rows. How many are kept is the domain's to say
//! ([`todo::history`]); the oldest go one by one, so that recording costs the same however long the history is.

use crate::product::PRODUCT;
use std::cell::Cell;

use serde::Deserialize;
use todo::{Actor, Change, history::Mark};
use worker::{SqlStorage, SqlStorageValue};

use super::journal::millis as integer;

/// How many todos of one change stand in one row. A row may have two million bytes; a todo takes 12,000 at the very most,
/// twice.
const TODOS_A_ROW: usize = 50;

pub(super) struct History {
    sql: SqlStorage,
    newest: Cell<Mark>,
}

#[derive(Deserialize)]
struct Row {
    change: String,
}

#[derive(Deserialize)]
struct StoredMark {
    number: u64,
    touched: u64,
}

impl From<&StoredMark> for Mark {
    fn from(stored: &StoredMark) -> Self {
        Self { number: stored.number, touched: stored.touched }
    }
}

impl History {
    pub(super) fn open(sql: SqlStorage) -> worker::Result<Self> {
        let history = Self { sql, newest: Cell::new(Mark { number: 0, touched: 0 }) };
        if let Some(newest) =
            history.mark("SELECT number, touched FROM history ORDER BY number DESC LIMIT 1")?
        {
            history.newest.set(newest);
        }
        Ok(history)
    }

    /// The number of the newest change; 0 before the first.
    pub(super) fn newest(&self) -> u64 {
        self.newest.get().number
    }

    /// Records a change, and drops what is too old by then. Gives the number of the oldest that is kept.
    pub(super) fn record(&self, change: &Change) -> worker::Result<u64> {
        let newest = self.newest.get().next(change.number, change.effects.len());
        for (part, effects) in (0i64..).zip(change.effects.chunks(TODOS_A_ROW)) {
            let part_of_it = Change { effects: effects.to_vec(), ..without_effects(change) };
            let row: Vec<SqlStorageValue> = vec![
                integer(change.number)?,
                SqlStorageValue::try_from_i64(part)?,
                serde_json::to_string(&part_of_it)?.into(),
                integer(newest.touched)?,
            ];
            self.sql.exec("INSERT INTO history (number, part, change, touched) VALUES (?, ?, ?, ?)", row)?;
        }
        self.newest.set(newest);
        while let Some(oldest) = self.mark("SELECT number, touched FROM history ORDER BY number LIMIT 1")? {
            if oldest.is_kept(newest) {
                return Ok(oldest.number);
            }
            self.sql.exec("DELETE FROM history WHERE number = ?", vec![integer(oldest.number)?])?;
        }
        Ok(change.number)
    }

    /// The change of that number, if it is kept.
    pub(super) fn find(&self, number: u64) -> worker::Result<Option<Change>> {
        // A number that there never was may also be one that no column can hold.
        if number > self.newest.get().number {
            return Ok(None);
        }
        Ok(self.between(number, number)?.pop())
    }

    /// The changes from one number to another, both included, newest first.
    pub(super) fn between(&self, first: u64, last: u64) -> worker::Result<Vec<Change>> {
        let rows: Vec<Row> = self
            .sql
            .exec(
                "SELECT change FROM history WHERE number BETWEEN ? AND ? ORDER BY number DESC, part",
                vec![integer(first)?, integer(last)?],
            )?
            .to_array()?;
        let mut changes: Vec<Change> = Vec::new();
        for Row { change } in rows {
            let mut part: Change = serde_json::from_str(&change)?;
            // Names were taken under other rules once.
            if let Actor::App { name, .. } = &mut part.by {
                *name = PRODUCT.shown(name).into_owned();
            }
            match changes.last_mut() {
                Some(change) if change.number == part.number => change.effects.extend(part.effects),
                _ => changes.push(part),
            }
        }
        Ok(changes)
    }

    fn mark(&self, query: &str) -> worker::Result<Option<Mark>> {
        let marks: Vec<StoredMark> = self.sql.exec(query, None)?.to_array()?;
        Ok(marks.first().map(Mark::from))
    }
}

/// Everything but the todos, without copying them first.
fn without_effects(change: &Change) -> Change {
    Change {
        number: change.number,
        at: change.at,
        by: change.by.clone(),
        deed: change.deed,
        undoes: change.undoes,
        effects: Vec::new(),
    }
}
