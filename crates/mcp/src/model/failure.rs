//! Why a request gets no result: refused by a check before any method saw it, or failed on the way to its answer.

use crate::model::client::ClientCapability;
use crate::model::error::{Fault, RpcError, code};
use crate::model::request_id::RequestId;
use crate::model::revision::Era;

/// A request that a check turned away: the HTTP status, the JSON-RPC error, and whom it answers.
#[derive(Debug)]
pub(crate) struct Refusal<'a> {
    pub(crate) status: u16,
    pub(crate) error: RpcError,
    pub(crate) id: Option<RequestId<'a>>,
    /// With 405: the methods that there are (RFC 9110 15.5.6).
    pub(crate) allow: Option<&'static [&'static str]>,
    /// Why it was not judged at all. Boxed: nearly every check may return a refusal, and few have one.
    pub(crate) fault: Option<Box<Fault>>,
}

impl<'a> Refusal<'a> {
    pub(crate) fn new(status: u16, error: RpcError) -> Self {
        Self { status, error, id: None, allow: None, fault: None }
    }

    pub(crate) fn bad_request(error: RpcError) -> Self {
        Self::new(400, error)
    }

    /// The server failed: 401 where access has ended, 429 or 503 where a retry may help, else 500.
    pub(crate) fn fault(fault: Fault) -> Self {
        let (status, error) = (fault.status(), RpcError::of_fault(&fault));
        Self { fault: Some(Box::new(fault)), ..Self::new(status, error) }
    }

    /// The same, though it does not say whom it answers.
    pub(crate) fn without_id(self) -> Refusal<'static> {
        Refusal { status: self.status, error: self.error, id: None, allow: self.allow, fault: self.fault }
    }

    pub(crate) fn for_request(self, id: Option<RequestId<'a>>) -> Self {
        Self { id, ..self }
    }
}

/// Why a method gave no result.
#[derive(Debug)]
pub(crate) enum Failure {
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
        match self {
            Self::Protocol(error) | Self::BadRequest(error) => (error, Vec::new(), None),
            Self::Forbidden(permissions) => (RpcError::insufficient_scope(&permissions), permissions, None),
            Self::Fault(fault) => {
                (RpcError::of_fault(&fault), Vec::new(), Some(fault).filter(Fault::is_for_log))
            }
        }
    }

    /// Whether the caller is let in no more.
    pub(crate) fn is_access_ended(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_access_ended())
    }

    fn lacking(error: RpcError, era: Era) -> Self {
        match era {
            Era::Stateless => Self::BadRequest(error),
            // This era has no code of its own for it.
            Era::Handshake => Self::Protocol(RpcError { code: code::INVALID_REQUEST, ..error }),
        }
    }
}

impl From<RpcError> for Failure {
    fn from(error: RpcError) -> Self {
        Self::Protocol(error)
    }
}

impl From<serde_json::Error> for Failure {
    /// Writing an answer failed, so a type of ours has no JSON form.
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(Fault::new(format_args!("the answer could not be written as JSON: {error}")))
    }
}

impl From<Refusal<'_>> for Failure {
    fn from(refusal: Refusal<'_>) -> Self {
        match refusal.fault {
            Some(fault) => Self::Fault(*fault),
            None => Self::BadRequest(refusal.error),
        }
    }
}
