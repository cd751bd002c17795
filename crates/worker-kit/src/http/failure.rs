//! Why a request got no ordinary answer: a [`Problem`] for the caller, something that passes, or a fault for the log.

use super::{NotNow, Problem};

/// Why a request got no ordinary answer.
#[derive(Debug)]
pub enum Failure {
    /// An error response for the caller.
    Problem(Problem),
    /// It may pass later.
    NotNow(NotNow),
    /// A text for the log; the caller gets a 500 without it.
    Fault(String),
}

impl Failure {
    /// As a problem, where one is the form of errors. `Err`: the fault, for the log.
    ///
    /// # Errors
    /// [`Failure::Fault`]'s text.
    pub fn into_problem(self) -> Result<Problem, String> {
        match self {
            Self::Problem(problem) => Ok(problem),
            Self::NotNow(not_now) => Ok(not_now.into()),
            Self::Fault(what) => Err(what),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<NotNow> for Failure {
    fn from(not_now: NotNow) -> Self {
        Self::NotNow(not_now)
    }
}

impl From<worker::Error> for Failure {
    fn from(error: worker::Error) -> Self {
        Self::Fault(error.to_string())
    }
}

impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Self {
        Self::Fault(error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(error.to_string())
    }
}
