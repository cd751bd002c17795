//! What the application tells the engine about the caller.

use crate::model::error::Fault;
use crate::ports::local_future::LocalFuture;

/// The caller, as the application authenticated them. The defaults allow everything.
pub trait Authorize {
    /// Whether the caller has a permission that a tool or resource requires. If permissions imply others, it is implemented here.
    fn may(&self, permission: &str) -> bool {
        let _ = permission;
        true
    }

    /// A unique text for the caller. State that a client carries for one caller is refused from another. A server without logins leaves it
    /// empty.
    #[expect(clippy::unnecessary_literal_bound, reason = "an implementation borrows from itself")]
    fn principal(&self) -> &str {
        ""
    }

    /// A text for the caller's program, unique among theirs. State that was given to one program is refused from another, so that a
    /// program with few permissions cannot use that of one with more. A server that does not distinguish programs leaves it empty.
    #[expect(clippy::unnecessary_literal_bound, reason = "an implementation borrows from itself")]
    fn client(&self) -> &str {
        ""
    }

    /// Asks the issuer whether the caller's access is valid now. The engine calls this before it uses anything stored between requests: a
    /// session's streams, subscriptions, log level and answers, tasks, streams of changes. Other requests, and handlers, may rely on an
    /// earlier confirmation; a handler for which that is not enough asks itself, and answers [`Fault::access_ended`]. By default access is
    /// valid.
    ///
    /// # Errors
    /// [`Fault::access_ended`] where access has ended, any other where that is unknown.
    fn confirm_access(&self) -> LocalFuture<Result<(), Fault>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Resolves when the caller's access ends: the token expires, or is revoked. Event streams end then. Called only when a stream opens;
    /// by default access does not end.
    fn access_ends(&self) -> LocalFuture<()> {
        Box::pin(std::future::pending())
    }
}

impl Authorize for () {}
