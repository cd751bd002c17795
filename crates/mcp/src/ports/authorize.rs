//! What the application says of the caller.

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

    /// Resolves when the caller's access ends: when the token that let them in expires, or is revoked. No event stream
    /// goes on beyond it. Asked for only where a stream opens; by default access does not end.
    fn access_ends(&self) -> LocalFuture<()> {
        Box::pin(std::future::pending())
    }
}

impl Authorize for () {}
