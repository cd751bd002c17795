//! Why a question has no answer.

use super::question::Never;
use crate::http::{Failure, Problem};

/// Why a question has no answer: as the object says it, and as the caller hears it.
#[derive(Debug)]
pub enum Unanswered<R> {
    /// The object will not, and says why.
    Refused(R),
    /// The object cannot, or was not reached. Where it is known to pass this is a problem with status 503 and the seconds to wait.
    Failed(Failure),
}

impl<R> Unanswered<R> {
    /// Not now: nothing was done, and it may pass in so many seconds.
    pub fn for_now(retry_after: u32) -> Self {
        let detail = "What this needs cannot be read at the moment. Nothing was lost; try again.";
        Self::Failed(Problem::unavailable(detail, retry_after).into())
    }

    /// Broken; the text is for the log.
    pub fn fault(what: impl Into<String>) -> Self {
        Self::Failed(Failure::Fault(what.into()))
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

impl<R> From<serde_json::Error> for Unanswered<R> {
    fn from(error: serde_json::Error) -> Self {
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
