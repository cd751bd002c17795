//! What the engine takes from HTTP and what it gives back: a request's parts, a reply's parts, and the CORS names.
//!
//! The engine does no I/O. The glue reads the method and the body, lends its headers, and turns an [`HttpReply`] into
//! the platform's own response.

use std::borrow::Cow;

use crate::LocalFuture;
use crate::context::Authorize;
use crate::error::Fault;
use crate::ladder::mirrored;
use crate::platform::Platform;
use crate::sse::EventStream;

/// The largest body that is read, in bytes. The glue should stop reading a body beyond this; the engine refuses one
/// that arrives with HTTP 413.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Methods for `Access-Control-Allow-Methods`.
pub const CORS_ALLOWED_METHODS: &str = "POST, GET, DELETE, OPTIONS";

/// Request headers for `Access-Control-Allow-Headers`. `Mcp-Param-*` headers depend on the tools:
/// [`crate::Server::cors_allowed_headers`] adds them.
pub const CORS_ALLOWED_HEADERS: &str = "Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Method, \
                                        Mcp-Name, Mcp-Session-Id, Last-Event-ID";

/// Response headers for `Access-Control-Expose-Headers`: without them a client in a browser sees neither the challenge
/// nor its session, nor how long to wait.
pub const CORS_EXPOSED_HEADERS: &str = "WWW-Authenticate, Mcp-Session-Id, MCP-Protocol-Version, Retry-After";

/// A request's headers, asked for one at a time: on most platforms each look costs something, and the engine looks only
/// at what the rules at hand need.
///
/// Any `Fn(&str) -> Option<String>` is a `Headers`, so a closure over the platform's own type will do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not how the engine asks for headers",
    label = "neither a `Headers` nor a function from a header's name to its value",
    note = "lend a closure over your own type: `&|name: &str| -> Option<String> {{ .. }}`"
)]
pub trait Headers {
    /// The value of a header, by its lower-case name; several values joined by `, `.
    fn get(&self, name: &str) -> Option<Cow<'_, str>>;
}

#[diagnostic::do_not_recommend]
impl<F: Fn(&str) -> Option<String>> Headers for F {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self(name).map(Cow::Owned)
    }
}

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
        self.headers.get("mcp-protocol-version").map(mirrored::trimmed)
    }
}

/// The answer to one request.
pub struct HttpReply {
    /// The HTTP status.
    pub status: u16,
    /// The headers to send besides CORS and the challenge, both of which are the glue's.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    /// The body.
    pub body: ReplyBody,
    /// Not empty exactly when the status is 403 because the caller lacks a permission: *all* permissions the operation
    /// needs, which belong in the `scope` of a `WWW-Authenticate: Bearer error="insufficient_scope"` header.
    pub required_permissions: Vec<String>,
    /// What broke on our side, for the log. The reply itself says nothing of it.
    pub faults: Vec<Fault>,
    /// What is still to be done after the reply was sent: the rest of a call that became a task, or that is answered on the
    /// stream of an HTTP+SSE session. The glue works it off, for as
    /// long as the platform lets it, and logs what it gives. Dropping it gives the task up.
    pub rest: Option<LocalFuture<Vec<Fault>>>,
}

impl std::fmt::Debug for HttpReply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpReply")
            .field("status", &self.status)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// The body of a reply.
#[derive(Debug)]
pub enum ReplyBody {
    /// None at all, as for an accepted notification.
    Empty,
    /// One JSON document.
    Json(Vec<u8>),
    /// Events, to be written as they come. The glue adds [`crate::KEEP_ALIVE`] where nothing comes for a while.
    Stream(EventStream),
}

impl HttpReply {
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: ReplyBody::Empty,
            required_permissions: Vec::new(),
            faults: Vec::new(),
            rest: None,
        }
    }

    pub(crate) fn json(status: u16, bytes: Vec<u8>) -> Self {
        Self {
            headers: vec![("content-type", "application/json".into())],
            body: ReplyBody::Json(bytes),
            ..Self::empty(status)
        }
    }

    /// The same reply; if what broke is known to pass, with the time to wait for that (RFC 9110 section 10.2.3).
    pub(crate) fn with_retry_after(mut self) -> Self {
        if let Some(seconds) = self.faults.iter().find_map(Fault::retry_after) {
            self.headers.push(("retry-after", seconds.to_string().into()));
        }
        self
    }

    /// The same reply; if it is a stream, one that ends with the caller's access.
    pub(crate) fn while_access_lasts(self, caller: &impl Authorize) -> Self {
        let body = match self.body {
            ReplyBody::Stream(events) => ReplyBody::Stream(events.while_access_lasts(caller.access_ends())),
            body => body,
        };
        Self { body, ..self }
    }

    /// Neither kept nor compressed nor collected on its way: each event is for now.
    pub(crate) fn stream(stream: EventStream) -> Self {
        Self {
            headers: vec![
                ("content-type", "text/event-stream".into()),
                ("cache-control", "no-cache, no-transform".into()),
                ("x-accel-buffering", "no".into()),
            ],
            body: ReplyBody::Stream(stream),
            ..Self::empty(200)
        }
    }
}

/// The browser origins that may call the endpoint. A request without `Origin` does not come from a page, and is not
/// judged by this.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    allowed: Vec<String>,
    loopback: bool,
}

impl Origins {
    /// No page at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// Also this origin, as browsers write it: `https://example.com`, no path, no trailing slash.
    #[must_use]
    pub fn allow(mut self, origin: impl Into<String>) -> Self {
        self.allowed.push(origin.into());
        self
    }

    /// Also every page served from this machine, whatever its port. For development: any program on the machine can
    /// serve such a page.
    #[must_use]
    pub fn allow_loopback(mut self) -> Self {
        self.loopback = true;
        self
    }

    /// Whether a page of this origin may call. Scheme and host are compared without regard to case, as browsers send
    /// them in lower case anyway; `null`, an opaque origin, is never allowed.
    pub fn allows(&self, origin: &str) -> bool {
        self.allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))
            || (self.loopback && is_loopback(origin))
    }
}

fn is_loopback(origin: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let host = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) if is_port(rest) => host,
        Some(_) => return false,
        None => match authority.split_once(':') {
            Some((host, port)) if is_port_number(port) => host,
            Some(_) => return false,
            None => authority,
        },
    };
    matches!(scheme, "http" | "https") && matches!(host, "localhost" | "127.0.0.1" | "::1")
}

fn is_port(text: &str) -> bool {
    text.is_empty() || text.strip_prefix(':').is_some_and(is_port_number)
}

fn is_port_number(text: &str) -> bool {
    text.parse::<u16>().is_ok()
}
