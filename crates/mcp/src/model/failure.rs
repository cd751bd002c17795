//! Why a request gets no result: refused by a check before any method saw it, or failed on the way to its answer.

use crate::model::client::ClientCapability;
use crate::model::error::{Fault, RpcError, code};
use crate::model::request_id::RequestId;
use crate::model::revision::Era;

/// A request that a check turned away. Of the size of a pointer: nearly every check may return one, and few do.
#[derive(Debug)]
pub(crate) struct Refusal<'a>(Box<RefusalParts<'a>>);

/// What a [`Refusal`] says: the HTTP status, the JSON-RPC error, and whom it answers.
#[derive(Debug)]
pub(crate) struct RefusalParts<'a> {
    pub(crate) status: u16,
    pub(crate) error: RpcError,
    pub(crate) id: Option<RequestId<'a>>,
    /// With 405: the methods that there are (RFC 9110 15.5.6).
    pub(crate) allow: Option<&'static [&'static str]>,
    /// Why it was not judged at all.
    pub(crate) fault: Option<Fault>,
}

impl<'a> Refusal<'a> {
    pub(crate) fn new(status: u16, error: RpcError) -> Self {
        Self(Box::new(RefusalParts { status, error, id: None, allow: None, fault: None }))
    }

    pub(crate) fn bad_request(error: RpcError) -> Self {
        Self::new(400, error)
    }

    /// The server failed: 401 where access has ended, 429 or 503 where a retry may help, else 500.
    pub(crate) fn fault(fault: Fault) -> Self {
        let mut refusal = Self::new(fault.status(), RpcError::of_fault(&fault));
        refusal.0.fault = Some(fault);
        refusal
    }

    pub(crate) fn allowing(mut self, methods: &'static [&'static str]) -> Self {
        self.0.allow = Some(methods);
        self
    }

    pub(crate) fn parts(self) -> RefusalParts<'a> {
        *self.0
    }

    /// The same, though it does not say whom it answers.
    pub(crate) fn without_id(self) -> Refusal<'static> {
        let RefusalParts { status, error, id: _, allow, fault } = self.parts();
        Refusal(Box::new(RefusalParts { status, error, id: None, allow, fault }))
    }

    pub(crate) fn for_request(mut self, id: Option<RequestId<'a>>) -> Self {
        self.0.id = id;
        self
    }
}

/// Why a method gave no result. Of the size of a pointer, too.
#[derive(Debug)]
pub(crate) struct Failure(Box<FailureKind>);

/// The kinds of a [`Failure`].
#[derive(Debug)]
pub(crate) enum FailureKind {
    /// The client's mistake, reported in the answer; HTTP 200, as the message itself was in order.
    Protocol(RpcError),
    /// The client's mistake, for which the specification wants HTTP 400.
    BadRequest(RpcError),
    /// The caller may not do this; HTTP 403 naming every permission the operation needs.
    Forbidden(Vec<String>),
    /// Ours.
    Fault(Fault),
}

impl Failure {
    /// The caller may not do this.
    pub(crate) fn forbidden(permissions: &[String]) -> Self {
        FailureKind::Forbidden(permissions.to_vec()).into()
    }

    pub(crate) fn kind(self) -> FailureKind {
        *self.0
    }

    pub(crate) fn as_kind(&self) -> &FailureKind {
        &self.0
    }

    /// The client cannot do what the handler needs of it.
    pub(crate) fn missing_capability(capability: ClientCapability, era: Era) -> Self {
        Self::lacking(RpcError::missing_client_capability(capability), era)
    }

    /// The client does not know an extension that the request takes.
    pub(crate) fn missing_extension(name: &str, era: Era) -> Self {
        Self::lacking(RpcError::missing_client_extension(name), era)
    }

    /// The error that the client gets, the permissions that were lacking, and what belongs in the log.
    pub(crate) fn into_rpc_error(self) -> (RpcError, Vec<String>, Option<Fault>) {
        match self.kind() {
            FailureKind::Protocol(error) | FailureKind::BadRequest(error) => (error, Vec::new(), None),
            FailureKind::Forbidden(permissions) => {
                (RpcError::insufficient_scope(&permissions), permissions, None)
            }
            FailureKind::Fault(fault) => {
                (RpcError::of_fault(&fault), Vec::new(), Some(fault).filter(Fault::is_for_log))
            }
        }
    }

    /// Whether the caller is let in no more.
    pub(crate) fn is_access_ended(&self) -> bool {
        matches!(self.as_kind(), FailureKind::Fault(fault) if fault.is_access_ended())
    }

    fn lacking(error: RpcError, era: Era) -> Self {
        let kind = match era {
            Era::Stateless => FailureKind::BadRequest(error),
            // This era has no code of its own for it.
            Era::Handshake => FailureKind::Protocol(RpcError { code: code::INVALID_REQUEST, ..error }),
        };
        kind.into()
    }
}

impl From<FailureKind> for Failure {
    fn from(kind: FailureKind) -> Self {
        Self(Box::new(kind))
    }
}

impl From<RpcError> for Failure {
    fn from(error: RpcError) -> Self {
        FailureKind::Protocol(error).into()
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        FailureKind::Fault(fault).into()
    }
}

impl From<json::Error> for Failure {
    /// Writing an answer failed, so a type of ours has no JSON form.
    fn from(error: json::Error) -> Self {
        Fault::new(format_args!("the answer could not be written as JSON: {error}")).into()
    }
}

impl From<Refusal<'_>> for Failure {
    fn from(refusal: Refusal<'_>) -> Self {
        let RefusalParts { error, fault, .. } = refusal.parts();
        fault.map_or(FailureKind::BadRequest(error), FailureKind::Fault).into()
    }
}
