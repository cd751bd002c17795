//! Why a question has no answer.

use super::question::Never;
use crate::http::{Failure, NotNow};

/// Why a question has no answer: the same type at the object and at the caller.
#[derive(Debug)]
pub enum Unanswered<R> {
    /// The object refuses, with a typed reason.
    Refused(R),
    /// The object failed or was not reached. A failure that is known to be temporary is a problem with status 503 and `Retry-After`.
    Failed(Failure),
}

impl<R> Unanswered<R> {
    /// A temporary failure: nothing was done; the caller may retry after `retry_after` seconds.
    pub fn for_now(retry_after: u32) -> Self {
        let detail = "What this needs cannot be read at the moment. Nothing was lost; try again.";
        Self::Failed(NotNow::unavailable(detail, retry_after).into())
    }

    /// The caller has too much under way: nothing was done; the caller may retry after `retry_after` seconds.
    pub fn too_many(retry_after: u32) -> Self {
        Self::Failed(NotNow::too_many(retry_after).into())
    }

    /// A fault; the text is for the log.
    pub fn fault(what: impl Into<String>) -> Self {
        Self::Failed(Failure::fault(what))
    }
}

impl<R> From<Failure> for Unanswered<R> {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl<R> From<worker::Error> for Unanswered<R> {
    fn from(error: worker::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl<R> From<crate::Error> for Unanswered<R> {
    fn from(error: crate::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl<R> From<json::Error> for Unanswered<R> {
    fn from(error: json::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Unanswered<Never>> for Failure {
    fn from(unanswered: Unanswered<Never>) -> Self {
        match unanswered {
            Unanswered::Refused(never) => match never {},
            Unanswered::Failed(failure) => failure,
        }
    }
}
