//! The way of a request: up the ladder, through a method, out as a reply.

use serde_json::value::RawValue;

use crate::context::Authorize;
use crate::error::{Failure, Fault, Refusal, RpcError, code};
use crate::http::{HttpReply, HttpRequest};
use crate::jsonrpc::{Body, Message, Params, Request, RequestId, read_body, read_message};
use crate::ladder::envelope::{self, RequestMeta};
use crate::ladder::{era, mirrored, transport};
use crate::methods::{Answer, Exchange, Method};
use crate::platform::Platform;
use crate::revision::{Era, Revision};
use crate::server::Server;
use crate::session::Session;
use crate::sse::{EventStream, First, Outbox, Working};
use crate::wire;

/// The notification by which a client cancels a request of its session.
pub(crate) const CANCELLED: &str = "notifications/cancelled";

impl<C: Authorize + Clone + 'static> Server<C> {
    /// Answers one HTTP request to the MCP endpoint, in whichever era and revision it speaks.
    ///
    /// Who the caller is has been settled before, and is in `app`. There is always a reply, whatever the bytes.
    pub async fn handle(&self, request: HttpRequest<'_>, app: C) -> HttpReply {
        let caller = app.clone();
        self.answer(request, app).await.while_access_lasts(&caller)
    }

    async fn answer(&self, request: HttpRequest<'_>, app: C) -> HttpReply {
        let allowed = transport::allowed(request.platform);
        if let Err(refusal) = transport::check(&request) {
            return refused(refusal, allowed);
        }
        match request.method {
            "GET" => {
                return self.listen(&request, &app).await.unwrap_or_else(|refusal| refused(refusal, allowed));
            }
            "DELETE" => {
                return self.end(&request, &app).await.unwrap_or_else(|refusal| refused(refusal, allowed));
            }
            _ => {}
        }
        let version = request.headers.get("mcp-protocol-version").map(mirrored::trimmed);
        let version = version.as_deref();
        let reply = match read_body(request.body) {
            Ok(Body::One(json)) => self.one(json, version, &request, app).await,
            Ok(Body::Batch(items)) => match era::batch_revision(version) {
                Ok(revision) => Ok(self.batch(&items, revision, request.platform, app).await),
                Err(refusal) => Err(refusal),
            },
            Err(refusal) => Err(refusal),
        };
        reply.unwrap_or_else(|refusal| refused(refusal, allowed))
    }

    async fn one<'a>(
        &self,
        json: &'a str,
        version: Option<&str>,
        http: &HttpRequest<'a>,
        app: C,
    ) -> Result<HttpReply, Refusal<'a>> {
        let request = match read_message(json)? {
            Message::Request(request) => request,
            // The only notification that asks something of this server is that a request be cancelled, in a session: in the
            // stateless era a client closes that request's stream instead. Of any other it is judged only whether it is one.
            // The stateless era defines no header rules for notifications (streamable-http, "Sending Messages").
            Message::Notification(notification) => {
                let params = Params::read(notification.params).map_err(Refusal::bad_request)?;
                if version.and_then(Revision::parse).is_none_or(|revision| revision.era() == Era::Handshake) {
                    era::handshake_revision(version)?;
                    let session = Session::of(http.headers, http.platform, app.principal()).await?;
                    if let (CANCELLED, Some(session)) = (&*notification.method, session) {
                        session.cancel(&params).await.map_err(Refusal::fault)?;
                    }
                }
                return Ok(HttpReply::empty(202));
            }
            Message::Response(response) => return self.take_response(response, version, http, &app).await,
        };
        let id = request.id;
        let (method, mut exchange) =
            self.admit(&request, version, http).map_err(|refusal| refusal.for_request(Some(id)))?;
        if exchange.revision.era() == Era::Handshake && method != Method::Initialize {
            let session = Session::of(http.headers, http.platform, app.principal()).await;
            exchange.session = session.map_err(|refusal| refusal.for_request(Some(id)))?;
            if let (Some(session), None) = (&exchange.session, version) {
                exchange.revision = session.revision;
            }
        }
        let session = exchange.session.clone();
        let response = match self.run(method, exchange, app) {
            Ok(Answer::Now(response)) => Ok(response),
            Ok(Answer::Opening(response, session)) => {
                let mut reply = HttpReply::json(200, response);
                reply.headers.push(("mcp-session-id", session.into()));
                return Ok(reply);
            }
            Ok(Answer::Stream(stream)) => match stream.await {
                Ok(stream) => return Ok(HttpReply::stream(stream)),
                Err(failure) => Err(failure),
            },
            Ok(Answer::Later(working)) => match working.first().await {
                First::Response(response) => response,
                First::Message(working) => return Ok(stream(id, working, session)),
                First::Cancelled => return Ok(HttpReply::stream(EventStream::silent())),
                First::Task(created, rest) => {
                    return Ok(HttpReply { rest: Some(rest), ..HttpReply::json(200, created) });
                }
            },
            Err(failure) => Err(failure),
        };
        Ok(match response {
            Ok(bytes) => HttpReply::json(200, bytes),
            Err(failure) => failed(id, failure),
        })
    }

    /// The rungs that ask about one request, in order.
    fn admit<'a>(
        &self,
        request: &Request<'a>,
        version: Option<&str>,
        http: &HttpRequest<'a>,
    ) -> Result<(Method, Exchange<'a>), Refusal<'static>> {
        let params = Params::read(request.params).map_err(Refusal::bad_request)?;
        let meta = RequestMeta::read(params.meta).map_err(Refusal::bad_request)?;
        match era::of(&request.method, version, &meta) {
            Era::Handshake => {
                // The revision of `initialize` is what it is about to settle; no header can have named it yet.
                let revision = match &*request.method {
                    "initialize" => Revision::LATEST_HANDSHAKE,
                    _ => era::handshake_revision(version)?,
                };
                let exchange = Exchange {
                    progress_token: meta.progress_token(),
                    outbox: Outbox::new(transport::takes_events(http.headers)),
                    ..Exchange::plain(request.id, revision, params, http.platform)
                };
                Ok((self.find(request, Era::Handshake, http.platform)?, exchange))
            }
            Era::Stateless => {
                let envelope = envelope::check(&meta)?;
                mirrored::plain("MCP-Protocol-Version", version, &envelope.requested)?;
                let revision = envelope::revision(&envelope.requested)?;
                let header = http.headers.get("mcp-method").map(mirrored::trimmed);
                mirrored::plain("Mcp-Method", header.as_deref(), &request.method)?;
                let exchange = Exchange {
                    mirrors: Some(http.headers),
                    client: envelope.client,
                    capabilities: Some(envelope.capabilities),
                    progress_token: meta.progress_token(),
                    log_level: meta.log_level().filter(|_| self.has_logs()),
                    outbox: Outbox::new(transport::takes_events(http.headers)),
                    ..Exchange::plain(request.id, revision, params, http.platform)
                };
                Ok((self.find(request, Era::Stateless, http.platform)?, exchange))
            }
        }
    }

    /// "If the server does not implement the requested RPC method, it MUST respond with 404 Not Found" in the stateless
    /// era (streamable-http, "Protocol Version Header"); before that 404 meant a session that is gone, and the error came
    /// with 200.
    fn find(&self, request: &Request<'_>, era: Era, platform: &Platform) -> Result<Method, Refusal<'static>> {
        let status = match era {
            Era::Handshake => 200,
            Era::Stateless => 404,
        };
        Method::find(&request.method, era, self, platform)
            .ok_or_else(|| Refusal::new(status, RpcError::method_not_found(&request.method)))
    }

    /// One answer for each request in a batch, in their order; 202 if there is none to give.
    async fn batch(&self, items: &[&RawValue], revision: Revision, platform: &Platform, app: C) -> HttpReply {
        let mut answers: Vec<Vec<u8>> = Vec::new();
        let mut faults = Vec::new();
        for item in items {
            let answer = match read_message(item.get()) {
                Ok(Message::Notification(_) | Message::Response(_)) => continue,
                Ok(Message::Request(request)) => {
                    self.batched(&request, revision, platform, app.clone()).await
                }
                // The batch was JSON, so this is too; it has an escape that stands for no character.
                Err(Refusal { error, id, .. }) if error.code == code::PARSE_ERROR => {
                    Err((id, RpcError::invalid_request("a text in it is not Unicode").into()))
                }
                Err(refusal) => Err((refusal.id, Failure::Protocol(refusal.error))),
            };
            answers.push(match answer {
                Ok(bytes) => bytes,
                Err((id, failure)) => {
                    let (error, _, fault) = told(failure);
                    faults.extend(fault);
                    wire::error(id, &error)
                }
            });
        }
        if answers.is_empty() {
            return HttpReply::empty(202);
        }
        let mut bytes = vec![b'['];
        bytes.extend(answers.join(&b','));
        bytes.push(b']');
        HttpReply { faults, ..HttpReply::json(200, bytes) }
    }

    async fn batched<'a>(
        &self,
        request: &Request<'a>,
        revision: Revision,
        platform: &Platform,
        app: C,
    ) -> Result<Vec<u8>, (Option<RequestId<'a>>, Failure)> {
        let failed = |failure| (Some(request.id), failure);
        let params = Params::read(request.params).map_err(|error| failed(error.into()))?;
        let method = match Method::find(&request.method, Era::Handshake, self, platform) {
            // "The initialize request MUST NOT be part of a JSON-RPC batch" (2025-03-26 basic/lifecycle).
            Some(Method::Initialize) => {
                return Err(failed(RpcError::invalid_request("initialize cannot be in a batch").into()));
            }
            Some(method) => method,
            None => return Err(failed(RpcError::method_not_found(&request.method).into())),
        };
        let exchange = Exchange::plain(request.id, revision, params, platform);
        let answer = self.run(method, exchange, app).map_err(failed)?;
        answer.response().await.map_err(failed)
    }
}

impl<'a> Exchange<'a> {
    /// A request of the handshake era: no envelope, no mirrored headers, no stream.
    pub(crate) fn plain(
        id: RequestId<'a>,
        revision: Revision,
        params: Params<'a>,
        platform: &'a Platform,
    ) -> Self {
        Self {
            id,
            revision,
            params,
            platform,
            mirrors: None,
            client: None,
            capabilities: None,
            progress_token: None,
            log_level: None,
            outbox: Outbox::new(false),
            rounds: None,
            session: None,
            task: None,
        }
    }
}

/// The stream that a handler's first message opens. Its status is sent by then, so what fails later is told on it.
fn stream(id: RequestId<'_>, working: Working, session: Option<Session>) -> HttpReply {
    let kept: Box<str> = id.as_json().into();
    let failed_later = move |failure| {
        let (error, _, fault) = told(failure);
        (wire::error(Some(RequestId::kept(&kept)), &error), fault)
    };
    match session {
        None => HttpReply::stream(EventStream::plain(working, failed_later)),
        Some(session) => match session.held.name() {
            Ok(name) => HttpReply::stream(EventStream::recorded(working, failed_later, session, name)),
            Err(fault) => failed(id, Failure::Fault(fault)),
        },
    }
}

/// `allowed` are the methods there are, for the `Allow` of a 405 (RFC 9110 15.5.6).
pub(crate) fn refused(refusal: Refusal<'_>, allowed: &'static str) -> HttpReply {
    let mut reply = HttpReply::json(refusal.status, wire::error(refusal.id, &refusal.error));
    if refusal.status == 405 {
        reply.headers.push(("allow", allowed.into()));
    }
    reply.faults.extend(refusal.fault);
    reply.with_retry_after()
}

fn failed(id: RequestId<'_>, failure: Failure) -> HttpReply {
    let status = match &failure {
        Failure::Fault(fault) if fault.retry_after().is_some() => 503,
        Failure::Protocol(_) | Failure::Fault(_) => 200,
        Failure::BadRequest(_) => 400,
        Failure::Forbidden(_) => 403,
    };
    let (error, required_permissions, fault) = told(failure);
    let reply = HttpReply {
        required_permissions,
        faults: fault.into_iter().collect(),
        ..HttpReply::json(status, wire::error(Some(id), &error))
    };
    reply.with_retry_after()
}

/// What a failure says outside, the permissions that were lacking, and what the log should know.
pub(crate) fn told(failure: Failure) -> (RpcError, Vec<String>, Option<Fault>) {
    match failure {
        Failure::Protocol(error) | Failure::BadRequest(error) => (error, Vec::new(), None),
        Failure::Forbidden(permissions) => (RpcError::insufficient_scope(&permissions), permissions, None),
        Failure::Fault(fault) => (RpcError::of_fault(&fault), Vec::new(), Some(fault)),
    }
}
