//! Why a request got no ordinary answer: a [`Problem`] for the caller, something that passes, or a fault for the log.

use std::fmt;

use super::{NotNow, Problem};

/// Why a request got no ordinary answer. Of the size of a pointer, as nearly everything may fail with it.
#[derive(Debug)]
pub struct Failure(Box<FailureKind>);

/// The kinds of a [`Failure`].
#[derive(Debug)]
pub enum FailureKind {
    /// An error response for the caller.
    Problem(Problem),
    /// It may pass later.
    NotNow(NotNow),
    /// A text for the log; the caller gets a 500 without it.
    Fault(String),
}

impl Failure {
    /// A fault: the text is for the log.
    pub fn fault(what: impl Into<String>) -> Self {
        FailureKind::Fault(what.into()).into()
    }

    /// What kind it is of, with what it has.
    pub fn kind(self) -> FailureKind {
        *self.0
    }

    /// The same, to look at.
    pub fn as_kind(&self) -> &FailureKind {
        &self.0
    }

    /// As a problem, where one is the form of errors. `Err`: the fault, for the log.
    ///
    /// # Errors
    /// The text of a fault.
    pub fn into_problem(self) -> Result<Problem, String> {
        match self.kind() {
            FailureKind::Problem(problem) => Ok(problem),
            FailureKind::NotNow(not_now) => Ok(not_now.into()),
            FailureKind::Fault(what) => Err(what),
        }
    }
}

/// For the log: the sentence for people, or the fault.
impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.as_kind() {
            FailureKind::Problem(problem) => problem.detail(),
            FailureKind::NotNow(not_now) => not_now.detail(),
            FailureKind::Fault(what) => what,
        })
    }
}

impl From<FailureKind> for Failure {
    fn from(kind: FailureKind) -> Self {
        Self(Box::new(kind))
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        FailureKind::Problem(problem).into()
    }
}

impl From<NotNow> for Failure {
    fn from(not_now: NotNow) -> Self {
        FailureKind::NotNow(not_now).into()
    }
}

impl From<worker::Error> for Failure {
    fn from(error: worker::Error) -> Self {
        Self::fault(error.to_string())
    }
}

impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Self {
        Self::fault(error.to_string())
    }
}

impl From<json::Error> for Failure {
    fn from(error: json::Error) -> Self {
        Self::fault(error.to_string())
    }
}
