//! A failure that passes.

use super::Problem;

/// Why a request cannot be answered at the moment, and when to ask again. What becomes of it is the answer's form to say: each edge
/// renders it, REST with a [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotNow {
    /// Why.
    pub reason: Reason,
    /// When the same request may pass, in seconds.
    pub retry_after: u32,
}

/// The reason of a [`NotNow`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Something that the answer needs cannot be reached. The text says what, in one sentence for people.
    Unavailable(&'static str),
    /// The caller has too much under way. Nothing was done for this request.
    TooMany,
}

impl NotNow {
    /// Something cannot be reached: `detail` is one sentence for people.
    pub const fn unavailable(detail: &'static str, retry_after: u32) -> Self {
        Self { reason: Reason::Unavailable(detail), retry_after }
    }

    /// The caller has too much under way.
    pub const fn too_many(retry_after: u32) -> Self {
        Self { reason: Reason::TooMany, retry_after }
    }

    /// One sentence for people.
    pub const fn detail(self) -> &'static str {
        match self.reason {
            Reason::Unavailable(detail) => detail,
            Reason::TooMany => {
                "Too many requests at once. Nothing was done for this one; try again in a moment."
            }
        }
    }
}

/// 503, or 429 (RFC 6585 section 4), with `Retry-After`.
impl From<NotNow> for Problem {
    fn from(not_now: NotNow) -> Self {
        let (status, code) = match not_now.reason {
            Reason::Unavailable(_) => (503, "unavailable"),
            Reason::TooMany => (429, "too_many_requests"),
        };
        Self::new(status, code, not_now.detail()).retry_after(not_now.retry_after)
    }
}
