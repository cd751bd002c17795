//! A moment in the form clients see: RFC 3339, UTC, milliseconds.

use std::fmt;

use chrono::{DateTime, Timelike, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::due_date;

/// Milliseconds since the Unix epoch; in JSON an RFC 3339 string such as `2026-11-22T09:30:00.000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[schemars(inline, description = "A moment, RFC 3339, UTC.")]
pub struct Timestamp(#[schemars(with = "String", extend("format" = "date-time"))] DateTime<Utc>);

impl Timestamp {
    /// The moment `ms` milliseconds after the epoch; moments beyond what RFC 3339 can write become the epoch.
    pub fn from_millis(ms: u64) -> Self {
        Self(i64::try_from(ms).ok().and_then(DateTime::from_timestamp_millis).unwrap_or_default())
    }
}

/// Written here: `chrono` would write an offset as well, of which there is none in UTC, and where a moment is printed is not to have all of it.
impl fmt::Display for Timestamp {
    #[inline(never)]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = self.0.naive_utc();
        let (hour, minute, second) = (moment.hour(), moment.minute(), moment.second());
        let milliseconds = self.0.timestamp_subsec_millis();
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}Z", moment.date())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = String::deserialize(deserializer)?;
        read(&stored)
            .map(Self)
            .ok_or_else(|| de::Error::custom("expected a moment such as 2026-11-22T09:30:00.000Z"))
    }
}

/// Reads a moment as it is written here. Not with a format of `chrono`: its parser reads every format there is, and is all compiled.
fn read(text: &str) -> Option<DateTime<Utc>> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (time, milliseconds) = time.split_once('.')?;
    let (hour, rest) = time.split_once(':')?;
    let (minute, second) = rest.split_once(':')?;
    let number = |digits: &str, count: usize| (digits.len() == count).then(|| digits.parse().ok()).flatten();
    let (hour, minute, second) = (number(hour, 2)?, number(minute, 2)?, number(second, 2)?);
    Some(
        due_date::read(date)
            .ok()?
            .and_hms_milli_opt(hour, minute, second, number(milliseconds, 3)?)?
            .and_utc(),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2026-11-22",
            "2026-11-22T09:30:00Z",
            "2026-11-22T09:30:00.000",
            "2026-11-22T09:30:00.000+01:00",
            "2026-02-30T09:30:00.000Z",
            "2026-11-22T24:00:00.000Z",
            "2026-11-22T09:60:00.000Z",
            "2026-11-22T09:30:61.000Z",
            "2026-11-22T09:30:00.5Z",
            "T::.Z",
            "2026-11-22T09:30:00.000ZZ",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_moment_is_read_as_it_is_written(ms in 0..253_402_300_800_000_u64) {
            let moment = Timestamp::from_millis(ms);
            prop_assert_eq!(read(&moment.to_string()), Some(moment.0));
            prop_assert_eq!(moment.to_string(), moment.0.to_rfc3339_opts(chrono::SecondsFormat::Millis, true));
        }
    }
}
