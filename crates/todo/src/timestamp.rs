//! A moment in the form clients see: RFC 3339, UTC, milliseconds.

use std::fmt;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
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

/// Reads a moment as RFC 3339 has it: somebody may have put todos right by hand. What is finer than a millisecond is dropped. Not with a
/// format of `chrono`: its parser reads every format there is, and is all compiled.
fn read(text: &str) -> Option<DateTime<Utc>> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let end = time.find(['Z', 'z', '+', '-'])?;
    let (time, offset) = time.split_at_checked(end)?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let (hour, rest) = time.split_once(':')?;
    let (minute, second) = rest.split_once(':')?;
    let milliseconds = (1..=9).contains(&fraction.len()).then(|| format!("{fraction:0<3}"))?;
    let milliseconds = number(milliseconds.get(..3)?)?;
    let moment = due_date::read(date).ok()?.and_hms_milli_opt(
        pair(hour)?,
        pair(minute)?,
        pair(second)?,
        milliseconds,
    )?;
    moment.checked_sub_signed(TimeDelta::minutes(minutes_ahead(offset)?)).map(|moment| moment.and_utc())
}

/// How far a clock with this offset is ahead of UTC.
fn minutes_ahead(offset: &str) -> Option<i64> {
    if matches!(offset, "Z" | "z") {
        return Some(0);
    }
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let (hours, minutes) = (pair(hours)?, pair(minutes)?);
    let ahead = i64::from(hours * 60 + minutes);
    (hours < 24 && minutes < 60).then_some(if offset.starts_with('-') { -ahead } else { ahead })
}

fn pair(digits: &str) -> Option<u32> {
    if digits.len() == 2 { number(digits) } else { None }
}

fn number(digits: &str) -> Option<u32> {
    if digits.bytes().all(|digit| digit.is_ascii_digit()) { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use chrono::{FixedOffset, SecondsFormat};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2026-11-22",
            "2026-11-22T09:30:00.000",
            "2026-11-22T09:30:00.Z",
            "2026-02-30T09:30:00.000Z",
            "2026-11-22T24:00:00.000Z",
            "2026-11-22T09:60:00.000Z",
            "2026-11-22T09:30:61.000Z",
            "2026-11-22T9:30:00.000Z",
            "2026-11-22T+9:30:00.000Z",
            "2026-11-22T09:30:00.+12Z",
            "2026-11-22T09:30:00+1:00",
            "2026-11-22T09:30:00+24:00",
            "2026-11-22T09:30:00+01:60",
            "2026-11-22T09:30:00+0100",
            "T::.Z",
            "2026-11-22T09:30:00.000ZZ",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_moment_is_read_however_rfc_3339_writes_it(
            ms in 86_400_000..253_402_200_000_000_i64,
            ahead in -1_439..=1_439_i32,
            format in prop::sample::select(vec![SecondsFormat::Secs, SecondsFormat::Millis, SecondsFormat::Micros, SecondsFormat::Nanos]),
            separator in prop::sample::select(vec!["T", "t", " "]),
            zulu: bool,
        ) {
            let offset = FixedOffset::east_opt(ahead * 60).unwrap();
            let text = DateTime::from_timestamp_millis(ms).unwrap().with_timezone(&offset).to_rfc3339_opts(format, zulu);
            let text = text.replace('T', separator);
            let expected = DateTime::parse_from_rfc3339(&text).unwrap().to_utc();
            prop_assert_eq!(read(&text), Some(expected), "{}", text);
        }

        #[test]
        fn a_moment_is_read_as_it_is_written(ms in 0..253_402_300_800_000_u64) {
            let moment = Timestamp::from_millis(ms);
            prop_assert_eq!(read(&moment.to_string()), Some(moment.0));
            prop_assert_eq!(moment.to_string(), moment.0.to_rfc3339_opts(SecondsFormat::Millis, true));
        }
    }
}
