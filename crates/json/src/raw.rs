//! Text that is kept as it stands.

use serde_json::value::RawValue;

use crate::error::Result;

/// What `serde_json` calls its type for it. Only `serde_json` can make one.
pub(crate) const RAW: &str = "$serde_json::private::RawValue";

/// Text as a value that is kept as it stands.
///
/// # Errors
/// It is not one JSON value without space around it.
pub fn raw(json: impl Into<String>) -> Result<Box<RawValue>> {
    Ok(RawValue::from_string(json.into())?)
}
