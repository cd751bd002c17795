//! How requests come and answers go: Streamable HTTP, HTTP+SSE, and the streams of a session.

pub(crate) mod delivery;
pub(crate) mod handshake;
pub(crate) mod http_reply;
pub(crate) mod http_sse;
pub(crate) mod session_streams;
pub(crate) mod streamable_http;
