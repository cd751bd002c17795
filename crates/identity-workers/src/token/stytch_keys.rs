//! The keys of a Stytch project, fetched from its domain and kept for a while.
//!
//! Stytch rotates keys about twice a year and publishes old and new side by side for a month. An unknown `kid` has the set
//! fetched again, but not more often than every half minute, since any stranger can make up a `kid`. When a fetch fails, the old
//! keys stay in use.
//!
//! One request starts a fetch, and all that need it wait for its result. The fetch goes on when the request that started it is dropped,
//! so that no stranger can keep new keys away by disconnecting. Without any keys, as in a fresh isolate, all are answered 503 with
//! `Retry-After: 1` after a failed fetch, and nothing is fetched for a second.

use std::{cell::RefCell, rc::Rc, time::Duration};

use oauth::jwt::{Jwk, Jwks};
use worker::{Context, console_error};
use worker_kit::{
    background::Background,
    clock::now_ms,
    http::{self, Failure, NotNow, Redirects},
    object::within,
    timer::sleep,
};

const FRESH_MS: u64 = 10 * 60 * 1_000;

const COOL_DOWN_MS: u64 = 30 * 1_000;

/// How long no fetch is tried after a failure while there are no keys, in milliseconds.
const FAILURE_MS: u64 = 1_000;

const TIME_LIMIT_MS: u64 = 5 * 1_000;

/// After this time a fetch has ended, whatever its result.
const OVER_MS: u64 = TIME_LIMIT_MS + 1_000;

/// How often a waiting request looks for the result of another request's fetch. (It cannot await that promise: the platform keeps the
/// I/O of requests apart.)
const LOOK: Duration = Duration::from_millis(50);

/// A set of some four keys with certificates has 10 KB.
const MAX_BYTES: usize = 256 * 1024;

#[derive(Clone, Default)]
struct Kept {
    keys: Option<Rc<Jwks>>,
    fetched_at: u64,
    /// The time of the last failed fetch, in milliseconds since the epoch; 0: none.
    failed_at: u64,
    /// The start of the fetch in progress, in milliseconds since the epoch.
    fetching_since: Option<u64>,
}

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

/// The next step of a request that needs a key.
enum Next {
    /// The key is known, or known not to exist.
    Answer(Option<Jwk>),
    Fetch,
    /// A fetch is in progress.
    Wait,
    GiveUp,
}

impl Kept {
    fn next(&self, kid: &str, now: u64) -> Next {
        let is_fetching = self.fetching_since.is_some_and(|since| now.saturating_sub(since) < OVER_MS);
        let or_fetch = if is_fetching { Next::Wait } else { Next::Fetch };
        let Some(keys) = &self.keys else {
            let has_failed = now.saturating_sub(self.failed_at) < FAILURE_MS;
            return if has_failed { Next::GiveUp } else { or_fetch };
        };
        let known = keys.find(kid).cloned();
        let is_enough = known.is_some() && now.saturating_sub(self.fetched_at) < FRESH_MS;
        if is_enough || now.saturating_sub(self.fetched_at.max(self.failed_at)) < COOL_DOWN_MS {
            Next::Answer(known)
        } else {
            or_fetch
        }
    }
}

/// The project's key with that id. A fetch continues in `context` after this request.
///
/// # Errors
/// 503 when there is no key set at all and none can be fetched.
pub(super) async fn find(context: &Context, domain: &str, kid: &str) -> Result<Option<Jwk>, Failure> {
    let asked_at = now_ms();
    loop {
        let now = now_ms();
        match KEPT.with_borrow(|kept| kept.next(kid, now)) {
            Next::Answer(key) => return Ok(key),
            Next::Fetch => {
                KEPT.with_borrow_mut(|kept| kept.fetching_since = Some(now));
                context.behind(fetch_and_keep(domain.to_owned()));
            }
            Next::Wait if now.saturating_sub(asked_at) < OVER_MS => sleep(LOOK).await,
            Next::Wait | Next::GiveUp => return Err(unavailable().into()),
        }
    }
}

async fn fetch_and_keep(domain: String) {
    let fetched = fetch(&domain).await;
    let now = now_ms();
    KEPT.with_borrow_mut(|kept| {
        kept.fetching_since = None;
        match fetched {
            Ok(keys) => {
                kept.keys = Some(Rc::new(keys));
                kept.fetched_at = now;
            }
            Err(reason) => {
                console_error!("the keys of {domain} could not be fetched: {reason}");
                kept.failed_at = now;
            }
        }
    });
}

const fn unavailable() -> NotNow {
    NotNow::unavailable("The identity provider's keys cannot be fetched at the moment.", 1)
}

async fn fetch(domain: &str) -> Result<Jwks, String> {
    let fetch = async {
        let keys = http::fetch(&format!("{domain}/.well-known/jwks.json"), Redirects::Follow, None).await?;
        Ok((keys.status(), keys.bytes(MAX_BYTES).await?))
    };
    let (status, body) =
        within(Duration::from_millis(TIME_LIMIT_MS), fetch).await.map_err(|failure| failure.to_string())?;
    if status != 200 || body.len() > MAX_BYTES {
        return Err(format!("status {status}, {} bytes", body.len()));
    }
    Jwks::parse(&body).filter(|keys| !keys.keys.is_empty()).ok_or_else(|| "no usable key in it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000_000;

    fn kept(fetched_at: u64, fetching_since: Option<u64>) -> Kept {
        let keys = Jwks { keys: vec![Jwk::rs256("known".to_owned(), "AQAB".to_owned(), "AQAB".to_owned())] };
        Kept { keys: Some(Rc::new(keys)), fetched_at, fetching_since, ..Kept::default() }
    }

    #[test]
    fn without_keys_one_fetches_and_the_others_wait_until_it_must_be_over() {
        let mut none = Kept::default();
        assert!(matches!(none.next("known", NOW), Next::Fetch));
        none.fetching_since = Some(NOW);
        assert!(matches!(none.next("known", NOW + OVER_MS - 1), Next::Wait));
        assert!(matches!(none.next("known", NOW + OVER_MS), Next::Fetch));
        let failed = Kept { failed_at: NOW, ..Kept::default() };
        assert!(matches!(failed.next("known", NOW + FAILURE_MS - 1), Next::GiveUp));
        assert!(matches!(failed.next("known", NOW + FAILURE_MS), Next::Fetch));
    }

    #[test]
    fn an_unknown_key_is_fetched_half_a_minute_after_a_fetch_that_ended_and_no_fetch_that_was_dropped_delays_that()
     {
        let late = NOW + COOL_DOWN_MS;
        assert!(matches!(kept(NOW, None).next("known", late), Next::Answer(Some(_))));
        assert!(matches!(kept(NOW, None).next("new", late - 1), Next::Answer(None)));
        assert!(matches!(kept(NOW, None).next("new", late), Next::Fetch));
        // Whoever comes while it is fetched is not refused meanwhile.
        assert!(matches!(kept(NOW, Some(late)).next("new", late + 1), Next::Wait));
        assert!(matches!(kept(NOW, Some(late)).next("new", late + OVER_MS), Next::Fetch));
        let failed = Kept { failed_at: late, ..kept(NOW, None) };
        assert!(matches!(failed.next("new", late + 1), Next::Answer(None)));
    }
}
