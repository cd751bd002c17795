//! The object that counts what one network does: how to reach it, and what is counted. One object per network and purpose, so
//! that nobody's count is in anybody's way; it deletes itself when there is nothing left to count.

mod network_limit_do;

use std::time::Duration;

use oauth::rate::{RateLimit, network_of};
use serde::{Deserialize, Serialize};

use crate::{
    http::{Failure, Request},
    object::ask,
    router::App,
};

/// The binding in `wrangler.toml`.
const BINDING: &str = "NETWORK_LIMIT";

const TIME_LIMIT: Duration = Duration::from_secs(10);

/// What is counted.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Purpose {
    /// New clients. The registrations of a host's every user may come from a few addresses, but identical ones are one
    /// client and count once.
    Registration,
    /// Login codes, to whomever they are sent.
    LoginCode,
}

impl Purpose {
    const fn limit(self) -> RateLimit {
        match self {
            Self::Registration => RateLimit::new(&[(60, 10), (3600, 60)]),
            Self::LoginCode => RateLimit::new(&[(15 * 60, 30), (24 * 3600, 300)]),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::LoginCode => "login code",
        }
    }
}

/// What the object is asked. Answered with the seconds to wait, or `null` if it may be.
#[derive(Serialize, Deserialize)]
struct Ask {
    purpose: Purpose,
}

/// Counts one more for the network that a request comes from. `Some`: it is too much, with the seconds to wait.
pub(super) async fn count(request: &Request, app: &App, purpose: Purpose) -> Result<Option<i64>, Failure> {
    // Cloudflare sets it and a client cannot.
    let address = request.header("cf-connecting-ip").unwrap_or_default();
    let Some(network) = network_of(&address) else { return Ok(None) };
    let name = format!("{}:{network}", purpose.name());
    let stub = app.env.durable_object(BINDING)?.get_by_name(&name)?;
    ask(&stub, TIME_LIMIT, &Ask { purpose }).await
}
