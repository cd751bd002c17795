//! What the application says of the caller.

use crate::model::error::Fault;
use crate::ports::local_future::LocalFuture;

/// What an application tells the engine about the caller. Everything is allowed unless it says otherwise.
pub trait Authorize {
    /// Whether the caller has a permission that a tool or resource was declared to require. A hierarchy among
    /// permissions is honoured here.
    fn may(&self, permission: &str) -> bool {
        let _ = permission;
        true
    }

    /// Who the caller is, in any words that name nobody else. What a client carries for one caller is refused from
    /// another; a server whose callers are not told apart leaves it empty.
    #[expect(clippy::unnecessary_literal_bound, reason = "an implementation borrows from itself")]
    fn principal(&self) -> &str {
        ""
    }

    /// Which of the caller's programs this is, in any words that name no other. What one program was given for the caller is
    /// refused from another, so that one which may do little cannot use what belongs to one that may do more. A server that
    /// does not tell programs apart leaves it empty.
    #[expect(clippy::unnecessary_literal_bound, reason = "an implementation borrows from itself")]
    fn client(&self) -> &str {
        ""
    }

    /// Whether the caller's access stands at this moment, as only whoever gave it can say. Asked before anything that is held
    /// from one request to the next is touched: a session's streams, subscriptions, log level and answers, tasks, changes as
    /// they come. What needs nothing of that may be let in by an earlier confirmation; so may a handler, which asks for itself
    /// where that is not enough and answers [`Fault::access_ended`]. By default access stands.
    ///
    /// # Errors
    /// [`Fault::access_ended`] where it does not stand, any other where nobody can say.
    fn confirm_access(&self) -> LocalFuture<Result<(), Fault>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Resolves when the caller's access ends: when the token that let them in expires, or is revoked. No event stream
    /// goes on beyond it. Asked for only where a stream opens; by default access does not end.
    fn access_ends(&self) -> LocalFuture<()> {
        Box::pin(std::future::pending())
    }
}

impl Authorize for () {}
