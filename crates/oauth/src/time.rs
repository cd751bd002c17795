//! Points in time, in whole seconds. The clock itself belongs to the caller.

use std::fmt;

use chrono::{DateTime, Timelike, Utc};
use serde::{Deserialize, Serialize};

/// Seconds since 1970-01-01T00:00:00Z, the unit of every lifetime in OAuth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// A time by its seconds since 1970, as `exp` and its relatives say it, fractions aside (RFC 7519 section 2,
    /// `NumericDate`).
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// A time as RFC 3339 writes it, such as `2026-11-22T21:00:00Z`; a fraction of a second is dropped.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        Some(Self(DateTime::parse_from_rfc3339(text).ok()?.timestamp()))
    }

    /// The seconds since 1970. This is also the JSON form: an integer.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// So many seconds later, or earlier for a negative number. At the ends of the range it stays there.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// How many seconds after `earlier` this is; negative when it is before.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The same point for `chrono`, which `jwt-compact` speaks. Out-of-range values become the epoch.
    pub(crate) fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }
}

/// RFC 3339 in UTC, as Stytch writes times: `2026-11-22T21:00:00Z`. Not as `chrono` writes it, which looks for an offset.
impl fmt::Display for Timestamp {
    #[inline(never)]
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = self.to_utc().naive_utc();
        let (hour, minute, second) = (moment.hour(), moment.minute(), moment.second());
        write!(formatter, "{}T{hour:02}:{minute:02}:{second:02}Z", moment.date())
    }
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_time_is_printed_as_chrono_prints_it(seconds in -100_000_000_000..400_000_000_000_i64) {
            let expected = DateTime::from_timestamp(seconds, 0).unwrap().to_rfc3339_opts(SecondsFormat::Secs, true);
            prop_assert_eq!(Timestamp::from_unix(seconds).to_string(), expected);
        }
    }

    #[test]
    fn prints_and_reads_rfc_3339() {
        let time = Timestamp::from_unix(1_795_381_200);
        assert_eq!(time.to_string(), "2026-11-22T21:00:00Z");
        assert_eq!(Timestamp::parse_rfc3339("2026-11-22T22:00:00.5+01:00"), Some(time));
        assert_eq!(Timestamp::parse_rfc3339("yesterday"), None);
    }
}
