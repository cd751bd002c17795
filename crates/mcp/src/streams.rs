//! GET and DELETE, and answers of the client: what a session's client does besides calling methods (2025-11-25
//! basic/transports, "Listening for Messages from the Server", "Resumability and Redelivery", "Session Management").

use crate::context::Authorize;
use crate::error::Refusal;
use crate::http::{HttpReply, HttpRequest};
use crate::jsonrpc::Response;
use crate::ladder::{era, mirrored, transport};
use crate::revision::{Era, Revision};
use crate::server::Server;
use crate::session::{STANDALONE, Session, read_event_id};
use crate::sse::EventStream;

impl<C: Authorize + Clone + 'static> Server<C> {
    /// Opens a stream: the rest of the one that `Last-Event-ID` names, or that of what belongs to no request.
    pub(crate) async fn listen(
        &self,
        request: &HttpRequest<'_>,
        app: &C,
    ) -> Result<HttpReply, Refusal<'static>> {
        let session = session(request, app).await?;
        transport::check_get(request)?;
        let last = request.headers.get("last-event-id");
        // An id that is none of ours says nothing of where to go on.
        let place = last.as_deref().and_then(read_event_id);
        let (stream, after) = place.map_or((STANDALONE, None), |(stream, number)| (stream, Some(number)));
        let followed = session.held.follow(&session.name, stream, after).await;
        let (at, events) = followed.map_err(Refusal::fault)?;
        if stream == STANDALONE && self.has_updates() {
            session.held.tell_of_lists(&session.name, app.principal()).await.map_err(Refusal::fault)?;
        }
        Ok(HttpReply::stream(EventStream::followed(session.revision, stream, at, events)))
    }

    /// Ends a session.
    pub(crate) async fn end(
        &self,
        request: &HttpRequest<'_>,
        app: &C,
    ) -> Result<HttpReply, Refusal<'static>> {
        let session = session(request, app).await?;
        session.held.end(&session.name).await.map_err(Refusal::fault)?;
        Ok(HttpReply::empty(204))
    }

    /// Hands on an answer to a request of ours. One to a request that nobody made is dropped.
    ///
    /// "The client MUST NOT send JSON-RPC responses" in the stateless era (streamable-http, "Sending Messages" 4).
    pub(crate) async fn take_response(
        &self,
        response: Response<'_>,
        version: Option<&str>,
        http: &HttpRequest<'_>,
        app: &C,
    ) -> Result<HttpReply, Refusal<'static>> {
        era::handshake_revision(version)?;
        let session = Session::of(http.headers, http.platform, app.principal()).await?;
        if let (Some(session), Some(id)) = (session, response.id) {
            let handed_on = session.held.answered(&session.name, &id, response.json).await;
            handed_on.map_err(Refusal::fault)?;
        }
        Ok(HttpReply::empty(202))
    }
}

/// The session that a GET or DELETE must belong to.
async fn session<C: Authorize>(request: &HttpRequest<'_>, app: &C) -> Result<Session, Refusal<'static>> {
    let version = request.headers.get("mcp-protocol-version").map(mirrored::trimmed);
    if version.as_deref().and_then(Revision::parse).is_some_and(|revision| revision.era() == Era::Stateless) {
        return Err(transport::no_such_method());
    }
    era::handshake_revision(version.as_deref())?;
    Session::of(request.headers, request.platform, app.principal()).await?.ok_or_else(transport::no_session)
}
