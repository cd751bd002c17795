//! A request, as the host hands it over. The engine does no I/O: the host reads method and body and lends its headers.

use std::borrow::Cow;

use crate::ports::headers::{self, Headers};
use crate::ports::origins::Origins;
use crate::ports::platform::Platform;

/// The largest body that is read, in bytes. The host should stop reading a body beyond this; the engine refuses one
/// that arrives with HTTP 413.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// One request to the MCP endpoint.
pub struct HttpRequest<'a> {
    /// `POST`, `GET`, ... in capitals.
    pub method: &'a str,
    /// Its headers.
    pub headers: &'a dyn Headers,
    /// Pages that may call this endpoint from a browser.
    pub origins: &'a Origins,
    /// Its body; empty if there is none.
    pub body: &'a [u8],
    /// Clock and secrets.
    pub platform: &'a Platform,
}

impl HttpRequest<'_> {
    /// The revision that the headers name, set free of white space.
    pub(crate) fn version(&self) -> Option<Cow<'_, str>> {
        self.headers.get("mcp-protocol-version").map(headers::trimmed)
    }
}
