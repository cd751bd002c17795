//! The keys of a Stytch project, fetched from its domain and kept for a while.
//!
//! Stytch rotates keys about twice a year and publishes old and new side by side for a month. An unknown `kid` has the set
//! fetched anew, but not more often than every half minute, since any stranger can make up a `kid`. When a fetch fails, what
//! is there keeps serving.

use std::{cell::RefCell, rc::Rc, time::Duration};

use oauth::jwt::{Jwk, Jwks};
use worker::{Date, Fetch, Url, console_error};
use worker_kit::{
    http::{Failure, Problem},
    object::within,
};

const FRESH_MS: u64 = 10 * 60 * 1_000;

const COOL_DOWN_MS: u64 = 30 * 1_000;

const TIME_LIMIT: Duration = Duration::from_secs(5);

/// A set of some four keys with certificates has 10 KB.
const MAX_BYTES: usize = 256 * 1024;

#[derive(Clone, Default)]
struct Kept {
    keys: Option<Rc<Jwks>>,
    fetched_at: u64,
    tried_at: u64,
}

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

/// The project's key with that id.
///
/// # Errors
/// 503 when there is no key set at all and none can be fetched.
pub(super) async fn find(domain: &str, kid: &str) -> Result<Option<Jwk>, Failure> {
    let now = Date::now().as_millis();
    let kept = KEPT.with_borrow(Clone::clone);
    let known = kept.keys.as_ref().and_then(|keys| keys.find(kid)).cloned();
    let is_fresh = now.saturating_sub(kept.fetched_at) < FRESH_MS;
    // With no keys at all, as in a fresh isolate, every request tries: it cannot be answered otherwise.
    let may_try = kept.keys.is_none() || now.saturating_sub(kept.tried_at) >= COOL_DOWN_MS;
    if (known.is_some() && is_fresh) || !may_try {
        return Ok(known);
    }
    KEPT.with_borrow_mut(|kept| kept.tried_at = now);
    match fetch(domain).await {
        Ok(keys) => {
            let found = keys.find(kid).cloned();
            KEPT.set(Kept { keys: Some(Rc::new(keys)), fetched_at: now, tried_at: now });
            Ok(found)
        }
        Err(reason) => {
            console_error!("the keys of {domain} could not be fetched: {reason}");
            if kept.keys.is_some() { Ok(known) } else { Err(unavailable().into()) }
        }
    }
}

fn unavailable() -> Problem {
    Problem::unavailable("The identity provider's keys cannot be fetched at the moment.", 1)
}

async fn fetch(domain: &str) -> Result<Jwks, String> {
    let url = Url::parse(&format!("{domain}/.well-known/jwks.json")).map_err(|error| error.to_string())?;
    let fetch = async {
        let mut response = Fetch::Url(url).send().await?;
        let body = response.bytes().await?;
        Ok((response.status_code(), body))
    };
    let (status, body) = within(TIME_LIMIT, fetch).await.map_err(|failure| format!("{failure:?}"))?;
    if status != 200 || body.len() > MAX_BYTES {
        return Err(format!("status {status}, {} bytes", body.len()));
    }
    Jwks::parse(&body).filter(|keys| !keys.keys.is_empty()).ok_or_else(|| "no usable key in it".to_owned())
}
