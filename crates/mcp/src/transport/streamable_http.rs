//! The way of a request: through the checks, through a method, out as a reply.

use serde_json::value::RawValue;

use crate::checks::envelope::{self, RequestMeta};
use crate::checks::transport::{self, Address};
use crate::checks::{era, mirrored};
use crate::declare::server::Server;
use crate::handler::answer::Answer;
use crate::handler::event_stream::EventStream;
use crate::handler::in_flight::{FirstOutput, InFlightCall};
use crate::handler::outbox::Outbox;
use crate::handler::session::Session;
use crate::methods::exchange::Exchange;
use crate::methods::method::Method;
use crate::model::error::{Fault, RpcError, code};
use crate::model::failure::{Failure, Refusal, RefusalParts};
use crate::model::jsonrpc::{Body, Message, Notification, Params, Request, read_body, read_message};
use crate::model::request_id::RequestId;
use crate::model::revision::{Era, Revision};
use crate::model::wire;
use crate::ports::authorize::Authorize;
use crate::ports::headers;
use crate::ports::http_request::HttpRequest;
use crate::ports::platform::Platform;
use crate::ports::seal::Owner;
use crate::transport::handshake::Handshake;
use crate::transport::http_reply::{HttpReply, failed, refused};

impl<C: Authorize + Clone + 'static> Server<C> {
    /// Answers one HTTP request to the MCP endpoint, in whichever era and revision it speaks.
    ///
    /// Who the caller is has been settled before, and is in `app`. There is always a reply, whatever the bytes.
    pub async fn handle(&self, request: HttpRequest<'_>, app: C) -> HttpReply {
        let caller = app.clone();
        self.answer(request, app).await.while_access_lasts(&caller)
    }

    async fn answer(&self, request: HttpRequest<'_>, app: C) -> HttpReply {
        let reply = match transport::check(&request, Address::Endpoint) {
            Err(refusal) => Err(refusal),
            Ok(()) => match request.method {
                "GET" => self.listen(&request, &app).await,
                "DELETE" => self.end(&request, &app).await,
                _ => match read_body(request.body) {
                    Ok(Body::One(json)) => self.one(json, &request, app).await,
                    Ok(Body::Batch(items)) => self.batch(&items, &request, app).await,
                    Err(refusal) => Err(refusal),
                },
            },
        };
        reply.unwrap_or_else(refused)
    }

    async fn one<'a>(&self, json: &'a str, http: &HttpRequest<'a>, app: C) -> Result<HttpReply, Refusal<'a>> {
        let owner = Owner::of(&app);
        let request = match read_message(json)? {
            Message::Request(request) => request,
            Message::Notification(notification) => {
                self.take_notification(&notification, http, &app).await?;
                return Ok(HttpReply::empty(202));
            }
            // "The client MUST NOT send JSON-RPC responses" in the stateless era (streamable-http, "Sending Messages" 4).
            Message::Response(response) => {
                let Handshake { session, .. } = Handshake::of(http, &owner).await?;
                if let Some(session) = session {
                    app.confirm_access().await.map_err(Refusal::fault)?;
                    session.take_answer(&response).await?;
                }
                return Ok(HttpReply::empty(202));
            }
        };
        let id = request.id;
        let admitted = self.admit(&request, http, &owner, None).await;
        let (method, mut exchange) = admitted.map_err(|refusal| refusal.for_request(Some(id)))?;
        if method.is_about_what_is_held() {
            let confirmed = app.confirm_access().await;
            confirmed.map_err(|fault| Refusal::fault(fault).for_request(Some(id)))?;
        }
        let session = exchange.session.clone();
        let response = match self.run(method, &mut exchange, app) {
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
            Ok(Answer::Later(call)) => match call.first().await {
                FirstOutput::Response(response) => response,
                FirstOutput::Message(call) => return Ok(stream(id, call, session).await),
                FirstOutput::Cancelled => return Ok(HttpReply::stream(EventStream::silent())),
                FirstOutput::Task(created, rest) => {
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

    /// The only notification that asks something of this server is that a request be cancelled, in a session: in the stateless
    /// era a client closes that request's stream instead. Of any other it is judged only whether it is one. The stateless era
    /// defines no header rules for notifications (streamable-http, "Sending Messages").
    async fn take_notification(
        &self,
        notification: &Notification<'_>,
        http: &HttpRequest<'_>,
        app: &C,
    ) -> Result<(), Refusal<'static>> {
        let params = Params::read(notification.params).map_err(Refusal::bad_request)?;
        if era::is_stateless(http.version().as_deref()) {
            return Ok(());
        }
        match Handshake::of(http, &Owner::of(app)).await?.session {
            Some(session) => notify(&session, notification, &params, app).await,
            None => Ok(()),
        }
        .map_err(Refusal::fault)
    }

    /// The checks that ask about one request, in order. A batch has passed the handshake's as a whole, and says so.
    async fn admit<'a>(
        &self,
        request: &Request<'a>,
        http: &HttpRequest<'a>,
        owner: &Owner,
        batch: Option<&Handshake>,
    ) -> Result<(Method, Box<Exchange<'a>>), Refusal<'static>> {
        let params = Params::read(request.params).map_err(Refusal::bad_request)?;
        let meta = RequestMeta::read(params.meta).map_err(Refusal::bad_request)?;
        let version = http.version();
        let version = version.as_deref();
        let era = era::of(&request.method, version, &meta);
        let plain = Exchange {
            progress_token: meta.progress_token(),
            outbox: Outbox::new(batch.is_none() && transport::takes_events(http.headers)),
            ..Exchange::plain(request.id, Revision::WHEN_UNSAID, params, http.platform)
        };
        let exchange = match era {
            // Its revision is what it is about to settle, and its session what it is about to open; no header can have named
            // them yet.
            Era::Handshake if request.method == "initialize" => {
                Exchange { revision: Revision::LATEST_HANDSHAKE, ..plain }
            }
            Era::Handshake => {
                let Handshake { revision, session } = match batch {
                    Some(batch) => batch.clone(),
                    None => Handshake::of(http, owner).await?,
                };
                Exchange { revision, session, ..plain }
            }
            // Its headers would have to repeat it, and they are the batch's.
            Era::Stateless if batch.is_some() => {
                let why = "a stateless request cannot be in a batch";
                return Err(Refusal::bad_request(RpcError::invalid_request(why)));
            }
            Era::Stateless => {
                let envelope = envelope::check(&meta)?;
                mirrored::plain("MCP-Protocol-Version", version, &envelope.requested)?;
                let revision = envelope::revision(&envelope.requested)?;
                let header = http.headers.get("mcp-method").map(headers::trimmed);
                mirrored::plain("Mcp-Method", header.as_deref(), &request.method)?;
                Exchange {
                    revision,
                    mirrors: Some(http.headers),
                    client: envelope.client,
                    capabilities: Some(envelope.capabilities),
                    log_level: meta.log_level().filter(|_| self.has_logs()),
                    ..plain
                }
            }
        };
        Ok((self.find(request, era, http.platform)?, Box::new(exchange)))
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

    /// One answer for each request in a batch, in their order; 202 if there is none to give. Each message passes the checks that
    /// it would pass alone, and does what it would do.
    async fn batch<'a>(
        &self,
        items: &[&'a RawValue],
        http: &HttpRequest<'a>,
        app: C,
    ) -> Result<HttpReply, Refusal<'static>> {
        let header = http.version();
        era::check_batch(header.as_deref().map_or(Some(Revision::WHEN_UNSAID), Revision::parse))?;
        let owner = Owner::of(&app);
        let handshake = Handshake::of(http, &owner).await?;
        if let Some(session) = &handshake.session {
            era::check_batch(Some(session.revision))?;
        }
        let mut answers: Vec<Vec<u8>> = Vec::new();
        let mut faults = Vec::new();
        let mut is_begun = false;
        for item in items {
            let answer = match self.batched(item, http, &owner, &handshake, app.clone()).await {
                Ok(answer) => {
                    is_begun = true;
                    let Some(answer) = answer else { continue };
                    answer
                }
                // Nothing of it was carried out, so the whole can be refused; later each part has its own answer.
                Err((_, failure)) if failure.is_access_ended() && !is_begun => {
                    return Err(Refusal::fault(Fault::access_ended()));
                }
                Err((id, failure)) => {
                    let (error, _, fault) = failure.into_rpc_error();
                    faults.extend(fault);
                    wire::error(id, &error)
                }
            };
            answers.push(answer);
        }
        if answers.is_empty() {
            return Ok(HttpReply { faults, ..HttpReply::empty(202) });
        }
        let mut bytes = vec![b'['];
        bytes.extend(answers.join(&b','));
        bytes.push(b']');
        Ok(HttpReply { faults, ..HttpReply::json(200, bytes) })
    }

    /// The answer to one message of a batch, if it asks for one.
    async fn batched<'a>(
        &self,
        item: &'a RawValue,
        http: &HttpRequest<'a>,
        owner: &Owner,
        handshake: &Handshake,
        app: C,
    ) -> Result<Option<Vec<u8>>, (Option<RequestId<'a>>, Failure)> {
        let request = match read_message(item.get()) {
            Ok(Message::Request(request)) => request,
            Ok(Message::Notification(notification)) => {
                let params = Params::read(notification.params).map_err(|error| (None, error.into()))?;
                let Some(session) = &handshake.session else { return Ok(None) };
                let taken = notify(session, &notification, &params, &app).await;
                return taken.map(|()| None).map_err(|fault| (None, fault.into()));
            }
            Ok(Message::Response(response)) => {
                let Some(session) = &handshake.session else { return Ok(None) };
                app.confirm_access().await.map_err(|fault| (None, fault.into()))?;
                let taken = session.take_answer(&response).await;
                return taken.map(|()| None).map_err(|refusal| (None, refusal.into()));
            }
            Err(refusal) => {
                let RefusalParts { error, id, .. } = refusal.parts();
                // The batch was JSON, so this is too; it has an escape that stands for no character.
                let is_not_unicode = error.code == code::PARSE_ERROR;
                let error = if is_not_unicode {
                    RpcError::invalid_request("a text in it is not Unicode")
                } else {
                    error
                };
                return Err((id, error.into()));
            }
        };
        let failed = |failure| (Some(request.id), failure);
        let admitted = self.admit(&request, http, owner, Some(handshake)).await;
        let (method, mut exchange) = admitted.map_err(|refusal| failed(refusal.into()))?;
        // "The initialize request MUST NOT be part of a JSON-RPC batch" (2025-03-26 basic/lifecycle).
        if method == Method::Initialize {
            return Err(failed(RpcError::invalid_request("initialize cannot be in a batch").into()));
        }
        if method.is_about_what_is_held() {
            app.confirm_access().await.map_err(|fault| failed(fault.into()))?;
        }
        let answer = self.run(method, &mut exchange, app).map_err(failed)?;
        answer.response().await.map(Some).map_err(failed)
    }
}

/// Hands a notification to its session, if it says anything to it; then the caller's access is confirmed first.
async fn notify(
    session: &Session,
    notification: &Notification<'_>,
    params: &Params<'_>,
    caller: &impl Authorize,
) -> Result<(), Fault> {
    if !Session::hears_of(&notification.method) {
        return Ok(());
    }
    caller.confirm_access().await?;
    session.take_notification(params).await
}

/// The stream that a handler's first message opens. Its status is sent by then, so a later failure is reported on it.
async fn stream(id: RequestId<'_>, call: InFlightCall, session: Option<Session>) -> HttpReply {
    let kept: Box<str> = id.as_json().into();
    let failed_later = move |failure: Failure| {
        let (error, _, fault) = failure.into_rpc_error();
        (wire::error(Some(RequestId::kept(&kept)), &error), fault)
    };
    match session {
        None => HttpReply::stream(EventStream::plain(call, failed_later)),
        Some(session) => match session.held.name() {
            Ok(name) => {
                // A call without a lease is worked off all the same; if it dies, nobody is told.
                let (lease, faults) = match session.work_on(id, &name, &name).await {
                    Ok(lease) => (Some(lease), Vec::new()),
                    Err(fault) => (None, vec![fault]),
                };
                let stream = EventStream::recorded(call, failed_later, session, name, lease);
                HttpReply { faults, ..HttpReply::stream(stream) }
            }
            Err(fault) => failed(id, fault.into()),
        },
    }
}
