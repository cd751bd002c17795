//! Log messages for the operator of the client (2026-07-28 server/utilities/logging, deprecated there in favour of
//! OpenTelemetry; hosts show them all the same).

use serde::{Deserialize, Serialize};

/// How much a message matters, least first (RFC 5424 6.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// For finding out what goes wrong.
    Debug,
    /// What goes on.
    Info,
    /// Normal, and worth a look.
    Notice,
    /// Not wrong yet.
    Warning,
    /// An operation failed.
    Error,
    /// A part of the system failed.
    Critical,
    /// Somebody must act now.
    Alert,
    /// Nothing works.
    Emergency,
}
