//! Grants and sessions that let a caller in, when they were last confirmed, and how the application learns that they ended.
//!
//! Asking the account at each call costs a hop. So a confirmed grant is cached for a minute, with its token, and a session's JWT is
//! valid for five minutes without a call. The application's object with the user's data is notified when either ends, before that end
//! is answered, and refuses it from then on. It stores that note only for a time: an [`Admission`] says when it was confirmed, and
//! [`Admission::is_too_old`] refuses every one that may be older than a note already deleted.

use std::{cell::Cell, fmt};

use futures_util::future::LocalBoxFuture;
use oauth::UserId;
use serde::{Deserialize, Serialize};
use worker::Env;
use worker_kit::http::Failure;

/// How long a confirmed grant is cached, in milliseconds from the moment before its account was asked.
pub(crate) const REMEMBERED_MS: u64 = 60 * 1_000;

/// The greatest age of a confirmation that is relied on, in milliseconds: a session's JWT is accepted for six minutes (five, and one
/// for clock skew), a grant's confirmation for one; the rest is for a call on its way.
const OLDEST_MS: u64 = 9 * 60 * 1_000;

/// How long the end of an access must be stored after the notification, in milliseconds: longer than [`Admission::is_too_old`]
/// accepts a confirmation from before the end, by a minute for clock skew.
pub const END_REMEMBERED_MS: u64 = OLDEST_MS + 60 * 1_000;

/// The grant or session that lets a caller in. Its id is never used again after its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// The grant of a connected app, by its id.
    Grant(String),
    /// A login session, by its id.
    Session(String),
}

/// A unique name: `grant …` or `session …`.
impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grant(id) => write!(f, "grant {id}"),
            Self::Session(id) => write!(f, "session {id}"),
        }
    }
}

/// The grant or session that let a caller in, and when it was last confirmed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Admission {
    /// The grant or session.
    pub access: Access,
    /// A moment at which it was valid, in milliseconds since the epoch: before its account was asked, or when the JWT was made.
    pub confirmed_at_ms: u64,
}

impl Admission {
    /// Whether it was confirmed so long ago that its end may have been stored and deleted since ([`END_REMEMBERED_MS`]).
    pub fn is_too_old(&self, now_ms: u64) -> bool {
        now_ms.saturating_sub(self.confirmed_at_ms) > OLDEST_MS
    }
}

/// Notifies the object with the user's data that access has ended. Resolves once that object refuses it, which must not depend on
/// whether the object can do anything else. An end may be notified more than once.
pub type TellEnded = fn(Env, UserId, Vec<Access>) -> LocalBoxFuture<'static, Result<(), Failure>>;

thread_local! {
    static TELL_ENDED: Cell<Option<TellEnded>> = const { Cell::new(None) };
}

/// Sets the function that is called when access ends. Call it at the start of the Worker (`#[event(start)]`), since an account's
/// object calls that function as well. Without it grants are not cached: the account is asked at each call of an app.
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
        let at = |confirmed_at_ms| Admission { access: Access::Grant("one".to_owned()), confirmed_at_ms };
        let end = 1_800_000_000_000;
        // Confirmed just before the end, and relied on as late as may be: the end is remembered still.
        assert!(!at(end).is_too_old(end + OLDEST_MS));
        assert!(at(end).is_too_old(end + END_REMEMBERED_MS));
        assert!(!at(end).is_too_old(end - 1), "clocks differ");
    }

    #[test]
    fn no_two_have_one_name() {
        let id = || "one".to_owned();
        assert_ne!(Access::Grant(id()).to_string(), Access::Session(id()).to_string());
    }
}
