//! What somebody is let in by, when it was last known to stand, and how its end is told.
//!
//! Asking the account at each call costs a hop. So a grant that stood is remembered for a minute, with the token that came of it, and
//! a session's JWT is good for five without anybody being asked. Whoever owns what a person has (the application's object) is told
//! when either ends, before the end is answered, and refuses from then on. It need not remember that for long: an [`Admission`] says
//! when it was confirmed, and [`Admission::is_too_old`] is true of every one that could be older than what is remembered.

use std::{cell::Cell, fmt};

use futures_util::future::LocalBoxFuture;
use oauth::UserId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use worker::Env;
use worker_kit::http::Failure;

/// For how long a grant that stood is taken to stand, in milliseconds from before its account was asked.
pub(crate) const REMEMBERED_MS: u64 = 60 * 1_000;

/// How old a confirmation may be where it is relied on, in milliseconds: a session's JWT is taken for six minutes (five, and one for
/// clocks that differ), a grant's confirmation for one, and then a call is on its way.
const OLDEST_MS: u64 = 9 * 60 * 1_000;

/// For how long after it was told the end of an access must be remembered, in milliseconds: longer than [`Admission::is_too_old`]
/// lets anybody rely on what was confirmed before the end, by a minute for clocks that differ.
pub const END_REMEMBERED_MS: u64 = OLDEST_MS + 60 * 1_000;

/// What somebody is let in by. Each is given once and never again after its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// What a connected app was given.
    Grant(Uuid),
    /// A login session, by its id.
    Session(String),
}

/// A name that no other has: `grant …` or `session …`.
impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grant(id) => write!(f, "grant {id}"),
            Self::Session(id) => write!(f, "session {id}"),
        }
    }
}

/// What a caller was let in by, and when that was last known to stand.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Admission {
    /// By what.
    pub access: Access,
    /// A moment at which it stood, in milliseconds since the epoch: before its account was asked, or when it made the JWT.
    pub confirmed_at_ms: u64,
}

impl Admission {
    /// Whether it was confirmed so long ago that its end may have been told, and forgotten again ([`END_REMEMBERED_MS`]).
    pub fn is_too_old(&self, now_ms: u64) -> bool {
        now_ms.saturating_sub(self.confirmed_at_ms) > OLDEST_MS
    }
}

/// Tells whoever owns what a person has that some of their access has ended. Done only when they refuse it from now on, which does
/// not depend on whether they can do anything else. It may be told more than once.
pub type TellEnded = fn(Env, UserId, Vec<Access>) -> LocalBoxFuture<'static, Result<(), Failure>>;

thread_local! {
    static TELL_ENDED: Cell<Option<TellEnded>> = const { Cell::new(None) };
}

/// Says who is to be told when access ends: at the start of the Worker (`#[event(start)]`), since an account's object tells it as
/// well, which is given nothing by the application. Where it is not said nothing is remembered, and the account is asked at each
/// call of an app.
pub fn tell_ended_access(tell: TellEnded) {
    TELL_ENDED.set(Some(tell));
}

pub(crate) fn who_is_told() -> Option<TellEnded> {
    TELL_ENDED.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_relied_on_is_never_older_than_what_is_remembered() {
        let at = |confirmed_at_ms| Admission { access: Access::Grant(Uuid::nil()), confirmed_at_ms };
        let end = 1_800_000_000_000;
        // Confirmed just before the end, and relied on as late as may be: the end is remembered still.
        assert!(!at(end).is_too_old(end + OLDEST_MS));
        assert!(at(end).is_too_old(end + END_REMEMBERED_MS));
        assert!(!at(end).is_too_old(end - 1), "clocks differ");
    }

    #[test]
    fn no_two_have_one_name() {
        let id = Uuid::nil();
        assert_ne!(Access::Grant(id).to_string(), Access::Session(id.to_string()).to_string());
    }
}
