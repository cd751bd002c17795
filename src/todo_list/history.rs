//! The history: the newest changes of the list, with each todo before and after, so that they can be undone.
//!
//! A change is written in the transaction that makes it, in parts, so that one of ten thousand todos takes no more memory than one
//! of fifty. The domain limits how many are stored ([`todo::history`]); the oldest are deleted one by one, so that
//! recording costs the same however long the history is.

use todo::{
    Actor, Change,
    history::{Ends, Mark},
};
use worker::{SqlStorage, console_error};
use worker_kit::{
    sql,
    storage::{Known, ObjectStorage},
};

use crate::product::PRODUCT;

pub(super) struct History {
    sql: SqlStorage,
    ends: Known<Ends>,
}

// Of a change's parts the last one knows how many todos it touched.
const OLDEST: &str = "SELECT number, touched FROM history WHERE number = (SELECT MIN(number) FROM history)
                      ORDER BY part DESC LIMIT 1";
const NEWEST: &str = "SELECT number, touched FROM history ORDER BY number DESC, part DESC LIMIT 1";

impl History {
    pub(super) fn new(sql: SqlStorage, storage: &ObjectStorage) -> Self {
        Self { sql, ends: storage.known() }
    }

    /// Records a part of a change. Parts come in order, so it has touched its todos after all that is stored ([`Mark::touched`]).
    pub(super) fn record(&self, part: usize, change: &Change) -> worker_kit::Result<()> {
        let before = self.ends()?;
        self.ends.forget();
        let ends = Ends::with(before, change.number, change.effects.len());
        let row: sql::Values<'_> = &[&change.number, &part, &json::to_string(change)?, &ends.newest.touched];
        sql::run(&self.sql, "INSERT INTO history (number, part, change, touched) VALUES (?, ?, ?, ?)", row)?;
        self.ends.set(ends);
        Ok(())
    }

    /// Deletes changes beyond the limits. Returns the number of the oldest that is stored then; `None` where nothing was deleted.
    pub(super) fn trim(&self) -> worker_kit::Result<Option<u64>> {
        let mut is_trimmed = false;
        loop {
            let Some(Ends { oldest, newest }) = self.ends()? else { return Ok(None) };
            let away = match oldest.away_from(newest) {
                Some(away) => away,
                None => self.count()?,
            };
            if oldest.is_kept(newest, away) {
                return Ok(is_trimmed.then_some(oldest.number));
            }
            self.ends.forget();
            sql::run(&self.sql, "DELETE FROM history WHERE number = ?", &[&oldest.number])?;
            is_trimmed = true;
            if let Some(oldest) = self.mark(OLDEST)? {
                self.ends.set(Ends { oldest, newest });
            }
        }
    }

    /// Deletes all of it.
    pub(super) fn empty(&self) -> worker_kit::Result<()> {
        self.ends.forget();
        sql::run(&self.sql, "DELETE FROM history", &[])
    }

    /// `None`: no change is stored.
    fn ends(&self) -> worker_kit::Result<Option<Ends>> {
        if let Some(ends) = self.ends.get() {
            return Ok(Some(ends));
        }
        let (Some(oldest), Some(newest)) = (self.mark(OLDEST)?, self.mark(NEWEST)?) else { return Ok(None) };
        let ends = Ends { oldest, newest };
        self.ends.set(ends);
        Ok(Some(ends))
    }

    fn mark(&self, query: &str) -> worker_kit::Result<Option<Mark>> {
        let Some(row) = sql::first_row(&self.sql, query, &[])? else { return Ok(None) };
        Ok(Some(Mark { number: row.number(0)?, touched: row.number(1)? }))
    }

    /// A part of the change of that number, if it is stored.
    pub(super) fn part(&self, number: u64, part: usize) -> worker_kit::Result<Option<Change>> {
        // No change has a larger one.
        if number > sql::MAX_EXACT {
            return Ok(None);
        }
        let query = "SELECT change FROM history WHERE number = ? AND part = ?";
        self.change(query, &[&number, &part])
    }

    /// The part after another one, in order of change number, to read all of it one part at a time. What cannot be read is logged, and
    /// stays where it is.
    pub(super) fn part_after(
        &self,
        number: u64,
        part: u64,
    ) -> worker_kit::Result<Option<(u64, u64, Option<Change>)>> {
        let query = "SELECT number, part, change FROM history WHERE (number, part) > (?, ?) ORDER BY number, part LIMIT 1";
        let next = sql::first_row(&self.sql, query, &[&number, &part])?;
        let Some(mut row) = next else { return Ok(None) };
        let (number, part) = (row.number(0)?, row.number(1)?);
        let unreadable = |error| console_error!("part {part} of change {number} cannot be read: {error}");
        Ok(Some((number, part, json::from_str(&row.text(2)?).map_err(unreadable).ok())))
    }

    /// The numbers of up to `limit` changes before that one, or of the newest; newest first.
    pub(super) fn numbers(&self, before: Option<u64>, limit: u64) -> worker_kit::Result<Vec<u64>> {
        let before = before.unwrap_or(sql::MAX_EXACT).min(sql::MAX_EXACT);
        let query =
            "SELECT number FROM history WHERE number < ? AND part = 0 ORDER BY number DESC LIMIT ? + 0";
        sql::read(&self.sql, query, &[&before, &limit])
    }

    /// How many changes are stored.
    fn count(&self) -> worker_kit::Result<u64> {
        let query = "SELECT COUNT(*) FROM history WHERE part = 0";
        Ok(sql::optional_number(&self.sql, query, &[])?.unwrap_or_default())
    }

    fn change(&self, query: &str, values: sql::Values<'_>) -> worker_kit::Result<Option<Change>> {
        let Some(mut row) = sql::first_row(&self.sql, query, values)? else { return Ok(None) };
        let mut change: Change = json::from_str(&row.text(0)?)?;
        // Names were taken under other rules once.
        if let Actor::App { name, .. } = &mut change.by {
            *name = PRODUCT.shown(name).into_owned();
        }
        Ok(Some(change))
    }
}
