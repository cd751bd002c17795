//! The object that counts what one party does, a network first of all: how to reach it, and what is counted. One object per
//! party and purpose, so that nobody's count is in anybody's way; it deletes itself when there is nothing left to count.

mod network_limit_do;

use std::borrow::Cow;

use oauth::rate::{RateLimit, networks_of};
use serde::{Deserialize, Serialize};
use worker_kit::{
    http::{Failure, Request},
    object::{Never, Object, ask},
};

use crate::deployment::Deployment;

/// What is counted.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Purpose {
    /// New clients, by network. Hosts register at every start, and the people of one office share an address.
    Registration,
    /// Login codes, to whomever they are sent, by network.
    LoginCode,
    /// Client documents that were never good before, by the person who is to decide about them.
    Document,
    /// What was never good before, by the host that it is fetched from.
    Host,
}

/// How much more the network around a network may do than the network itself.
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

/// What counts for one party and purpose.
enum Counter {}

/// Whose doings are counted, and which.
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
    /// What the object is asked.
    enum Asked;
    Counter {
        CountOne -> Option<i64>,
    }
}

/// Counts one more. Answered with the seconds to wait, or `null` if it may be.
#[derive(Serialize, Deserialize)]
struct CountOne {
    purpose: Purpose,
    /// How many times the limit holds.
    times: usize,
}

/// Counts one more for the network that a request comes from, and for the one around it. `Some`: it is too much, with the
/// seconds to wait.
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

/// Counts one more for a party. `Some`: it is too much, with the seconds to wait.
pub(super) async fn count(
    deployment: &Deployment,
    purpose: Purpose,
    party: &str,
) -> Result<Option<i64>, Failure> {
    count_times(deployment, purpose, party, 1).await
}

async fn count_times(
    deployment: &Deployment,
    purpose: Purpose,
    party: &str,
    times: usize,
) -> Result<Option<i64>, Failure> {
    let party = Party { purpose, name: party.to_owned() };
    Ok(ask(&deployment.env, &party, CountOne { purpose, times }).await?)
}
