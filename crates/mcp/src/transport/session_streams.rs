//! GET and DELETE: what a session's client does besides sending messages (2025-11-25 basic/transports, "Listening for Messages
//! from the Server", "Resumability and Redelivery", "Session Management").

use crate::checks::era;
use crate::checks::transport::{self, Address};
use crate::declare::server::Server;
use crate::handler::event_stream::EventStream;
use crate::handler::session::{Session, read_event_id};
use crate::model::error::RpcError;
use crate::model::failure::Refusal;
use crate::model::revision::Revision;
use crate::ports::authorize::Authorize;
use crate::ports::http_request::HttpRequest;
use crate::ports::seal::Owner;
use crate::ports::sessions::STANDALONE;
use crate::transport::handshake::Handshake;
use crate::transport::http_reply::HttpReply;

impl<C: Authorize + Clone + 'static> Server<C> {
    /// Opens a stream: the rest of the one that `Last-Event-ID` names, or that of what belongs to no request.
    pub(crate) async fn listen(
        &self,
        request: &HttpRequest<'_>,
        app: &C,
    ) -> Result<HttpReply, Refusal<'static>> {
        let session = session(request, app).await?;
        app.confirm_access().await.map_err(Refusal::fault)?;
        let last = request.headers.get("last-event-id");
        // An id that is none of ours says nothing of where to go on.
        let place = last.as_deref().and_then(read_event_id);
        let (stream, after) = place.map_or((STANDALONE, None), |(stream, number)| (stream, Some(number)));
        let followed = session.held.follow(&session.id.name, stream, after).await;
        let (at, events) = followed.map_err(Refusal::fault)?.ok_or_else(over)?;
        if stream == STANDALONE && self.has_updates() {
            session.held.tell_of_lists(&session.id.name, app.principal()).await.map_err(Refusal::fault)?;
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
        app.confirm_access().await.map_err(Refusal::fault)?;
        session.held.end(&session.id.name).await.map_err(Refusal::fault)?;
        Ok(HttpReply::empty(204))
    }
}

/// The stream that `Last-Event-ID` names will bring nothing. To open it all the same would have the client wait for ever.
fn over() -> Refusal<'static> {
    let why = "the stream of this Last-Event-ID is over, and nothing after it is kept; if its request was not answered, send it again";
    Refusal::bad_request(RpcError::invalid_request(why))
}

/// The session that a GET or DELETE must belong to. The stateless era has neither (2026-07-28 streamable-http, "Earlier
/// Streamable HTTP Revisions").
async fn session<C: Authorize>(request: &HttpRequest<'_>, app: &C) -> Result<Session, Refusal<'static>> {
    let version = request.version();
    if era::is_stateless(version.as_deref()) {
        let revision = version.as_deref().and_then(Revision::parse);
        return Err(transport::no_such_method(Address::Endpoint, request.platform, revision));
    }
    let Handshake { session, .. } = Handshake::of(request, &Owner::of(app)).await?;
    session.ok_or_else(|| transport::no_session(Address::Endpoint))
}
