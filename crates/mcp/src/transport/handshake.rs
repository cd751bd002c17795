//! The revision and the session that a message of the handshake era belongs to.
//!
//! Whatever comes in that era asks here, once: a request, a notification, a response, a batch as a whole, GET and DELETE, and
//! both addresses of HTTP+SSE. There is no other way to a [`Session`], so none of them can go past its owner or its end.

use crate::checks::era;
use crate::handler::session::Session;
use crate::model::failure::Refusal;
use crate::model::revision::Revision;
use crate::ports::http_request::HttpRequest;
use crate::ports::seal::Owner;

/// What was agreed on, as far as a message says so.
#[derive(Clone)]
pub(crate) struct Handshake {
    pub(crate) revision: Revision,
    /// `None` for a message that names no session, and where sessions are not held.
    pub(crate) session: Option<Session>,
}

impl Handshake {
    /// As the headers of Streamable HTTP say. 400 and -32000 for a revision that no handshake gives; 404 and -32001 for a
    /// session that is unknown, over, too old, or another caller's or client's.
    pub(crate) async fn of(http: &HttpRequest<'_>, caller: &Owner) -> Result<Self, Refusal<'static>> {
        Self::in_session(http.headers.get("mcp-session-id").as_deref(), http, caller).await
    }

    /// The same, with the session named elsewhere than in its header.
    pub(crate) async fn in_session(
        id: Option<&str>,
        http: &HttpRequest<'_>,
        caller: &Owner,
    ) -> Result<Self, Refusal<'static>> {
        let header = http.version();
        let said = era::handshake_revision(header.as_deref())?;
        let session = match id {
            Some(id) => Session::resume(id, http.platform, caller).await?,
            None => None,
        };
        // Hosts leave the header out: then the session knows.
        let agreed = session.as_ref().filter(|_| header.is_none()).map(|session| session.revision);
        Ok(Self { revision: agreed.unwrap_or(said), session })
    }
}
