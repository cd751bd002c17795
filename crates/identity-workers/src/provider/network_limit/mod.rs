//! Rate limits: the object that counts what one party does (a network, a person, a host), and its client. There is one object per party
//! and purpose, so that counts do not slow each other down; it deletes itself when there is nothing left to count.

mod network_limit_do;

use std::borrow::Cow;

use oauth::rate::{RateLimit, networks_of};
use serde::{Deserialize, Serialize};
use worker_kit::{
    http::{Failure, Request},
    object::{Never, Object, ask_or},
};

use crate::deployment::Deployment;

/// What is counted.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Purpose {
    /// New clients, by network. Hosts register at every start, and the people of one office share an address.
    Registration,
    /// Login codes to any address, by network.
    LoginCode,
    /// Client documents that were never good before, by the person who is to decide about them.
    Document,
    /// What was never good before, by the host that it is fetched from.
    Host,
}

/// How many times the limit of a network holds for the larger network around it.
const AROUND: usize = 4;

impl Purpose {
    const fn limit(self) -> RateLimit {
        match self {
            Self::Registration => RateLimit::new(&[(60, 30), (3600, 300), (24 * 3600, 1000)]),
            Self::LoginCode => RateLimit::new(&[(15 * 60, 30), (24 * 3600, 300)]),
            Self::Document => RateLimit::new(&[(60, 20), (3600, 100)]),
            Self::Host => RateLimit::new(&[(60, 60), (3600, 600)]),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::LoginCode => "login code",
            Self::Document => "document",
            Self::Host => "host",
        }
    }
}

/// The counter of one party and purpose.
enum Counter {}

/// The party and the purpose.
struct Party {
    purpose: Purpose,
    name: String,
}

impl Object for Counter {
    const BINDING: &'static str = "NETWORK_LIMIT";
    type Name = Party;
    type Asked = Asked;
    type Refusal = Never;

    fn name(party: &Party) -> Cow<'_, str> {
        format!("{}:{}", party.purpose.name(), party.name).into()
    }
}

worker_kit::questions! {
    /// The questions to the object.
    enum Asked;
    Counter {
        CountOne -> Option<i64>,
    }
}

/// Counts one more. The answer is the seconds to wait, or `null` if it is within the limit.
#[derive(Serialize, Deserialize)]
struct CountOne {
    purpose: Purpose,
    /// The factor by which the limit is multiplied.
    times: usize,
}

/// Counts one more for the network of a request, and for the larger one around it. `Some`: the limit is exceeded; the seconds to wait.
pub(super) async fn count_network(
    request: &Request,
    deployment: &Deployment,
    purpose: Purpose,
) -> Result<Option<i64>, Failure> {
    // Cloudflare sets it and a client cannot.
    let address = request.header("cf-connecting-ip").unwrap_or_default();
    let Some(networks) = networks_of(&address) else { return Ok(None) };
    // The small one first: what it is refused does not use up what its neighbours have in common.
    match count_times(deployment, purpose, &networks.own, 1).await? {
        None => count_times(deployment, purpose, &networks.around, AROUND).await,
        wait => Ok(wait),
    }
}

/// Counts one more for a party. `Some`: the limit is exceeded; the seconds to wait.
pub(super) fn count(
    deployment: &Deployment,
    purpose: Purpose,
    party: &str,
) -> impl Future<Output = Result<Option<i64>, Failure>> {
    count_times(deployment, purpose, party, 1)
}

fn count_times(
    deployment: &Deployment,
    purpose: Purpose,
    party: &str,
    times: usize,
) -> impl Future<Output = Result<Option<i64>, Failure>> + use<> {
    let party = Party { purpose, name: party.to_owned() };
    ask_or(&deployment.env, &party, CountOne { purpose, times }, Failure::from)
}
