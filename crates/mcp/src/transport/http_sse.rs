//! HTTP+SSE, the transport of 2024-11-05 (basic/transports, "HTTP with SSE"): one address to listen at, another to post to.
//! Clients exist that know no other. It is deprecated, and served here on the sessions of the later ones.
//!
//! A session begins with its stream, before the client has said anything, so its id says nothing of the client; how the client
//! introduces itself afterwards is held with the session. Everything for it comes on that one stream.

use futures_util::StreamExt;
use serde_json::value::RawValue;

use crate::checks::envelope::RequestMeta;
use crate::checks::era;
use crate::checks::transport::{self, Address};
use crate::declare::server::Server;
use crate::handler::call_stream::{CallEvent, CallStream};
use crate::handler::event_stream::EventStream;
use crate::handler::outbox::Outbox;
use crate::handler::session::Session;
use crate::methods::exchange::Exchange;
use crate::methods::method::Method;
use crate::model::client::ClientInfo;
use crate::model::error::{Fault, RpcError};
use crate::model::failure::{Failure, Refusal};
use crate::model::jsonrpc::{Body, Message, Params, Request, object, read_body, read_message, string};
use crate::model::request_id::RequestId;
use crate::model::revision::{Era, Revision};
use crate::model::wire;
use crate::ports::authorize::Authorize;
use crate::ports::http_request::HttpRequest;
use crate::ports::local_future::LocalFuture;
use crate::ports::seal::Owner;
use crate::ports::sessions::{Event, Lease, STANDALONE};
use crate::transport::handshake::Handshake;
use crate::transport::http_reply::{HttpReply, refused};

/// Which of the two addresses a request came to.
#[derive(Clone, Copy, Debug)]
pub enum SseEndpoint<'a> {
    /// The one to listen at. `messages` is the path of the other, to which the session is added as `?sessionId=`.
    Stream {
        /// Such as `/sse/message`.
        messages: &'a str,
    },
    /// The one to post to, with the session that the query names.
    Messages {
        /// The value of `sessionId`, decoded; empty if there is none.
        session: &'a str,
    },
}

impl<C: Authorize + Clone + 'static> Server<C> {
    /// Answers one HTTP request of the HTTP+SSE transport. Without sessions ([`crate::Platform::sessions`]) there is none.
    pub async fn handle_sse(&self, request: HttpRequest<'_>, endpoint: SseEndpoint<'_>, app: C) -> HttpReply {
        let reply = match endpoint {
            SseEndpoint::Stream { messages } => {
                let opened = self.open_sse(&request, messages, &app).await;
                opened.map(|reply| reply.while_access_lasts(&app))
            }
            SseEndpoint::Messages { session } => self.take_message(&request, session, app).await,
        };
        reply.unwrap_or_else(refused)
    }

    async fn open_sse(
        &self,
        request: &HttpRequest<'_>,
        messages: &str,
        app: &C,
    ) -> Result<HttpReply, Refusal<'static>> {
        transport::check(request, Address::SseStream)?;
        // It names no session, since it opens one; what it says of a revision is judged all the same.
        let owner = Owner::of(app);
        Handshake::in_session(None, request, &owner).await?;
        let not_held = || transport::no_such_method(Address::SseStream, request.platform, None);
        let held = request.platform.held_sessions().ok_or_else(not_held)?;
        let opened = Session::open_silent(request.platform, &owner).map_err(Refusal::fault)?;
        let (name, id) = opened.ok_or_else(not_held)?;
        app.confirm_access().await.map_err(Refusal::fault)?;
        let followed = held.follow(&name, STANDALONE, None).await.map_err(Refusal::fault)?;
        let (_, events) = followed.ok_or_else(|| Refusal::fault(Fault::new("a stream was over at once")))?;
        if self.has_updates() {
            held.tell_of_lists(&name, app.principal()).await.map_err(Refusal::fault)?;
        }
        // An id is made of letters, digits, `-`, `_` and `.`, which a query takes as they are.
        Ok(HttpReply::stream(EventStream::of_sse(&format!("{messages}?sessionId={id}"), events)))
    }

    /// "202 Accepted" for every message that is one; what there is to say to it comes on the stream. A request is worked off
    /// after that, for as long as the platform allows: clients exist that post one message at a time, and the answer to a
    /// question would never come if the request that asks it had to be answered first.
    async fn take_message(
        &self,
        request: &HttpRequest<'_>,
        session: &str,
        app: C,
    ) -> Result<HttpReply, Refusal<'static>> {
        transport::check(request, Address::SseMessages)?;
        let named = Some(session).filter(|session| !session.is_empty());
        let handshake = Handshake::in_session(named, request, &Owner::of(&app)).await?;
        let session = handshake.session.ok_or_else(|| transport::no_session(Address::SseMessages))?;
        // Whatever is said to it comes by its session.
        app.confirm_access().await.map_err(Refusal::fault)?;
        let body = read_body(request.body).map_err(Refusal::without_id)?;
        let Body::One(json) = body else {
            return Err(Refusal::bad_request(RpcError::invalid_request("this revision has no batches")));
        };
        let mut reply = HttpReply::empty(202);
        match read_message(json).map_err(Refusal::without_id)? {
            Message::Notification(notification) => {
                let params = Params::read(notification.params).map_err(Refusal::bad_request)?;
                if Session::hears_of(&notification.method) {
                    session.take_notification(&params).await.map_err(Refusal::fault)?;
                }
            }
            Message::Response(response) => session.take_answer(&response).await?,
            Message::Request(message) => {
                let session = match client_info(&message) {
                    Some((revision, capabilities, client)) => {
                        let kept =
                            session.set_client_info(revision, capabilities, client, self.extensions()).await;
                        kept.map_err(Refusal::fault)?;
                        session
                    }
                    None => session.with_late_client_info().await.map_err(Refusal::fault)?,
                };
                // Clients of this transport need not repeat what was agreed on.
                let said = request.version().map(|_| handshake.revision);
                let revision = said.unwrap_or(session.revision);
                reply.rest = Some(self.answer_on_stream(&message, revision, request, session, app));
            }
        }
        Ok(reply)
    }

    /// Works off a request, telling its session whatever there is to tell. What broke is for the log. Once its client was told something
    /// of it, it is told also if the work ends before there is a response.
    fn answer_on_stream(
        &self,
        message: &Request<'_>,
        revision: Revision,
        request: &HttpRequest<'_>,
        session: Session,
        app: C,
    ) -> LocalFuture<Vec<Fault>> {
        let platform = request.platform;
        let told = session.clone();
        let found = Params::read(message.params).and_then(|params| {
            let meta = RequestMeta::read(params.meta)?;
            let method = Method::find(&message.method, Era::Handshake, self, platform)
                .ok_or_else(|| RpcError::method_not_found(&message.method))?;
            let exchange = Exchange {
                progress_token: meta.progress_token(),
                outbox: Outbox::new(true),
                session: Some(session),
                ..Exchange::plain(message.id, revision, params, platform)
            };
            Ok((method, Box::new(exchange)))
        });
        let answer = found
            .map_err(Failure::from)
            .and_then(|(method, mut exchange)| self.run(method, &mut exchange, app));
        let id: Box<str> = message.id.as_json().into();
        let failed_id = id.clone();
        let failed = move |failure: Failure| {
            let (error, _, fault) = failure.into_rpc_error();
            (wire::error(Some(RequestId::kept(&failed_id)), &error), fault)
        };
        let mut call_stream = CallStream::of(answer, failed);
        Box::pin(async move {
            let Session { id: session, held, .. } = &told;
            let mut faults = Vec::new();
            let mut leased = None;
            while let Some(event) = call_stream.next().await {
                let (json, broken) = match event {
                    CallEvent::Message(json) if leased.is_none() => match lease(&told, &id).await {
                        Ok(lease) => {
                            leased = Some(lease);
                            (json, Vec::new())
                        }
                        Err(fault) => (json, vec![fault]),
                    },
                    CallEvent::Message(json) => (json, Vec::new()),
                    CallEvent::Response(json, faults) => (json, faults),
                    CallEvent::CloseEarly => continue,
                };
                faults.extend(broken);
                faults.extend(held.push(&session.name, &String::from_utf8_lossy(&json)).await.err());
            }
            if let Some((stream, _lease)) = leased {
                let done = Event { stream, number: 1, message: String::new(), last: true };
                faults.extend(held.record(&session.name, &done).await.err());
            }
            faults
        })
    }
}

/// A lease for a call of which the client hears on its only stream, and the name of the call.
async fn lease(session: &Session, id: &str) -> Result<(String, Lease), Fault> {
    let call = session.held.name()?;
    let lease = session.work_on(RequestId::kept(id), &call, STANDALONE).await?;
    Ok((call, lease))
}

/// How a client introduces itself, if that is what this message is for and it does so properly.
fn client_info<'a>(message: &Request<'a>) -> Option<(Revision, &'a RawValue, ClientInfo)> {
    if message.method != "initialize" {
        return None;
    }
    let params = Params::read(message.params).ok()?;
    let revision = era::negotiate(&string(params.protocol_version?)?);
    Some((revision, params.capabilities?, object(params.client_info?.get()).ok()?))
}
