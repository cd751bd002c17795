//! The id of a JSON-RPC request (2026-07-28 basic/index, "Requests").

use std::borrow::Cow;

use json::is_whole_number;
use serde_json::value::RawValue;

/// The longest request id that is accepted, in bytes of JSON. An id is echoed, so its length is the sender's to spend
/// and ours to pay.
pub(crate) const MAX_ID_BYTES: usize = 1024;

/// A request's id: a string or an integer, kept as the sender wrote it, so that an integer of any size comes back whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestId<'a>(&'a str);

impl<'a> RequestId<'a> {
    /// An id that was read before and has been kept as [`Self::as_json`] gave it.
    pub(crate) fn kept(json: &'a str) -> Self {
        Self(json)
    }

    /// "Requests MUST include a string or integer ID. The ID MUST NOT be `null`." (basic/index, "Requests") A whole number is an
    /// integer however it is written: some languages have but one kind of number and write `1.0`.
    pub(crate) fn read(raw: &'a RawValue) -> Option<Self> {
        let json = raw.get();
        let is_string = json.starts_with('"') && json::from_str::<Cow<'_, str>>(json).is_ok();
        let is_integer = is_whole_number(json);
        (json.len() <= MAX_ID_BYTES && (is_string || is_integer)).then_some(Self(json))
    }

    /// The id as JSON.
    pub(crate) fn as_json(self) -> &'a str {
        self.0
    }
}
