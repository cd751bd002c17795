//! A reply, as the host sends it.

use std::borrow::Cow;

use crate::handler::event_stream::EventStream;
use crate::model::error::Fault;
use crate::model::failure::{Failure, FailureKind, Refusal, RefusalParts};
use crate::model::request_id::RequestId;
use crate::model::wire;
use crate::ports::authorize::Authorize;
use crate::ports::local_future::LocalFuture;

/// The answer to one request.
pub struct HttpReply {
    /// The HTTP status.
    pub status: u16,
    /// The headers to send besides CORS and the challenge, which the host adds.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    /// The body.
    pub body: ReplyBody,
    /// Not empty exactly when the status is 403 because the caller lacks a permission: *all* permissions the operation
    /// needs, which belong in the `scope` of a `WWW-Authenticate: Bearer error="insufficient_scope"` header.
    pub required_permissions: Vec<String>,
    /// Whether the caller's access has ended; exactly then the status is 401. The host adds the `WWW-Authenticate` challenge, or
    /// answers in the place of this reply as it answers any token that is not good.
    pub access_ended: bool,
    /// What broke on our side, for the log. The reply itself says nothing of it.
    pub faults: Vec<Fault>,
    /// What is still to be done after the reply was sent: the rest of a call that became a task, or that is answered on the
    /// stream of an HTTP+SSE session. The host runs it for as long as the platform
    /// lets it, and logs the faults it gives. Dropping it gives the task up.
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
    /// Events, to be written as they come. The host adds [`crate::KEEP_ALIVE`] where nothing comes for a while.
    Stream(EventStream),
}

impl HttpReply {
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: ReplyBody::Empty,
            required_permissions: Vec::new(),
            access_ended: false,
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

    /// The same reply; if what is in the way is known to pass, with the time to wait for that (RFC 9110 section 10.2.3).
    fn with_retry_after(mut self, seconds: Option<u32>) -> Self {
        if let Some(seconds) = seconds {
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

pub(crate) fn refused(refusal: Refusal<'_>) -> HttpReply {
    let RefusalParts { status, error, id, allow, fault } = refusal.parts();
    let mut reply = HttpReply::json(status, wire::error(id, &error));
    if let Some(allow) = allow {
        reply.headers.push(("allow", allow.join(", ").into()));
    }
    let Some(fault) = fault else { return reply };
    let retry_after = fault.retry_after();
    reply.access_ended = fault.is_access_ended();
    reply.faults.extend(Some(fault).filter(Fault::is_for_log));
    reply.with_retry_after(retry_after)
}

pub(crate) fn failed(id: RequestId<'_>, failure: Failure) -> HttpReply {
    let access_ended = failure.is_access_ended();
    let retry_after = match failure.as_kind() {
        FailureKind::Fault(fault) => fault.retry_after(),
        _ => None,
    };
    let status = match failure.as_kind() {
        FailureKind::Fault(fault) if access_ended || retry_after.is_some() => fault.status(),
        FailureKind::Protocol(_) | FailureKind::Fault(_) => 200,
        FailureKind::BadRequest(_) => 400,
        FailureKind::Forbidden(_) => 403,
    };
    let (error, required_permissions, fault) = failure.into_rpc_error();
    let reply = HttpReply {
        required_permissions,
        access_ended,
        faults: fault.into_iter().collect(),
        ..HttpReply::json(status, wire::error(Some(id), &error))
    };
    reply.with_retry_after(retry_after)
}
