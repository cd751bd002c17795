//! The checks: every rule a request must pass before a method sees it, in the order they are asked.
//!
//! | check | rule | refused with | spec (2026-07-28 unless named) |
//! |---|---|---|---|
//! | [`transport`] | the page may call here | 403, -32000 | streamable-http, "Security & Endpoint" 1 |
//! | | POST; with sessions also GET and DELETE | 405 + `Allow`, -32000 | streamable-http, "Earlier Streamable HTTP Revisions" |
//! | | the client takes JSON; with GET, an event stream | 406, -32000 | RFC 9110 15.5.7 |
//! | | the body is JSON | 415, -32000 | RFC 9110 15.5.16 |
//! | | the body is not too large | 413, -32000 | RFC 9110 15.5.14 |
//! | [`crate::model::jsonrpc`] | UTF-8, JSON | 400, -32700 | basic/index, "Messages" |
//! | | a JSON-RPC message, or a batch where there are batches | 400, -32600 | basic/index; 2025-03-26 basic/transports |
//! | [`era`] | which era, which revision | 400, -32000 (handshake) | basic/versioning; 2025-06-18 basic/transports |
//! | `transport::handshake` | the session is the caller's and the client's, and not over (handshake) | 404, -32001 | 2025-11-25 basic/transports, "Session Management" |
//! | [`envelope`] | `_meta` is complete | 400, -32602 | basic/index, "`_meta`" |
//! | [`mirrored`] | `MCP-Protocol-Version` repeats it | 400, -32020 | streamable-http, "Protocol Version Header" |
//! | [`envelope`] | the revision is spoken here | 400, -32022 | basic/versioning, "Protocol Version Negotiation" |
//! | [`mirrored`] | `Mcp-Method` repeats the method | 400, -32020 | streamable-http, "Standard Request Headers" |
//! | `methods` | there is such a method | 404, -32601 | streamable-http, "Protocol Version Header" |
//! | [`mirrored`] | `Mcp-Name`, `Mcp-Param-*` repeat the parameters | 400, -32020 | streamable-http, "Server Validation" |
//!
//! The last five are asked of stateless requests alone. Each rule is a function of request parts and nothing else.
//!
//! Whatever way a message comes (alone, in a batch, as a GET or DELETE, over HTTP+SSE), it passes [`transport::check`] and, in
//! the handshake era, `transport::handshake::Handshake::of`. `tests/ways_in.rs` holds every way to every check.

pub(crate) mod envelope;
pub(crate) mod era;
pub(crate) mod mirrored;
pub(crate) mod transport;
