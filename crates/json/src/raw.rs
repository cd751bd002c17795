//! Text that is kept as it stands.

/// What `serde_json` calls its type for it. Only `serde_json` can make one.
pub(crate) const RAW: &str = "$serde_json::private::RawValue";
