//! The names that the host puts into CORS headers (the Fetch standard, "HTTP responses").

/// Methods for `Access-Control-Allow-Methods`.
pub const CORS_ALLOWED_METHODS: &str = "POST, GET, DELETE, OPTIONS";

/// Request headers for `Access-Control-Allow-Headers`. `Mcp-Param-*` headers depend on the tools:
/// [`crate::Server::cors_allowed_headers`] adds them.
pub const CORS_ALLOWED_HEADERS: &str = "Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Method, \
                                        Mcp-Name, Mcp-Session-Id, Last-Event-ID";

/// Response headers for `Access-Control-Expose-Headers`: without them a client in a browser sees neither the challenge
/// nor its session, nor how long to wait.
pub const CORS_EXPOSED_HEADERS: &str = "WWW-Authenticate, Mcp-Session-Id, MCP-Protocol-Version, Retry-After";
