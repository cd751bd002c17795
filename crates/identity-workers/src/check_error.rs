//! The error of a check.

use worker_kit::http::{Failure, NotNow};

/// Why a check did not pass. A refusal is typed by the check; only where the answer is written, `render` makes a
/// [`Problem`](worker_kit::http::Problem) of it.
#[derive(Debug)]
pub enum CheckError<Refusal> {
    /// The credential is missing, invalid or insufficient.
    Refused(Refusal),
    /// The check itself failed.
    Failed(Failure),
}

impl<Refusal> CheckError<Refusal> {
    /// The same outcome of a check that this one is a part of.
    pub(crate) fn map<Other>(self, refusal: impl FnOnce(Refusal) -> Other) -> CheckError<Other> {
        match self {
            Self::Refused(refused) => CheckError::Refused(refusal(refused)),
            Self::Failed(failure) => CheckError::Failed(failure),
        }
    }
}

impl<Refusal> From<Failure> for CheckError<Refusal> {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl<Refusal> From<NotNow> for CheckError<Refusal> {
    fn from(not_now: NotNow) -> Self {
        Self::Failed(not_now.into())
    }
}

impl<Refusal> From<worker_kit::Error> for CheckError<Refusal> {
    fn from(error: worker_kit::Error) -> Self {
        Self::Failed(error.into())
    }
}
