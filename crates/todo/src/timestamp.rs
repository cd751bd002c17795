//! A moment in the form clients see: RFC 3339, UTC, milliseconds.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

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

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sent = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&sent).map(|moment| Self(moment.to_utc())).map_err(de::Error::custom)
    }
}
