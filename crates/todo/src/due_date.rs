//! The day by which a todo should be done: a date on the calendar, the same day wherever the person is.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::{Refusal, Value};

/// A calendar date without time or zone, as `2026-11-30` (RFC 3339 `full-date`), of the years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[schemars(inline, description = "A calendar date, such as 2026-11-30.")]
pub struct DueDate(#[schemars(with = "String", extend("format" = "date"))] NaiveDate);

impl DueDate {
    /// Reads a date as a client sends it.
    ///
    /// # Errors
    /// [`Refusal::BadDueDate`] for another form, and for a day or a year that no calendar has.
    pub fn parse(sent: &str) -> Result<Self, Refusal> {
        let date = read(sent)?;
        // The parser also takes signs and missing zeros; one day has one spelling.
        let is_one = (1..=9999).contains(&date.year()) && date.to_string() == sent;
        if is_one { Ok(Self(date)) } else { Err(Refusal::BadDueDate) }
    }
}

impl DueDate {
    /// The day as a number that sorts as days do: 1 is the first of January of the year 1.
    pub fn day(self) -> i32 {
        self.0.num_days_from_ce()
    }
}

impl fmt::Display for DueDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for DueDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Value for DueDate {
    type Refusal = Refusal;

    fn sent(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }

    /// Any date is one.
    fn stored(text: String) -> Result<Self, Refusal> {
        read(&text).map(Self)
    }
}

/// Reads year, month and day as numbers. Not with a format of `chrono`: its parser reads every format there is, and is all compiled.
pub(crate) fn read(text: &str) -> Result<NaiveDate, Refusal> {
    let date = || {
        let (rest, day) = text.rsplit_once('-')?;
        let (year, month) = rest.rsplit_once('-')?;
        NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    };
    date().ok_or(Refusal::BadDueDate)
}
