//! Fetching from addresses that strangers choose: without redirects, without credentials, with a size limit and a time limit. Which
//! addresses are fetched at all: `oauth::fetch_policy`.

use std::time::Duration;

use oauth::fetch_policy::{FetchUrl, Reach, is_json};
use worker_kit::{
    http::{self, Redirects, Request},
    object::within,
};

use crate::deployment::Deployment;

/// The time limit of a fetch: a person waits for it.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// Which hosts a deployment called at this origin may fetch from.
pub(super) fn reach(request: &Request, deployment: &Deployment) -> Reach {
    if deployment.config.loopback_clients && request.origin.is_loopback() {
        Reach::PublicAndLoopback
    } else {
        Reach::Public
    }
}

/// Fetches JSON: at most `limit` bytes and one more, so that the caller sees when it is too long. `None` when the fetch failed, or the
/// answer is not 200 or not JSON.
pub(super) async fn fetch_json(url: &FetchUrl, limit: usize) -> Option<Vec<u8>> {
    let read = async {
        let response = http::fetch(url.as_str(), Redirects::Show, Some("application/json")).await?;
        if response.status() != 200 || !is_json(response.field("content-type").as_deref()) {
            return Ok(None);
        }
        let mut body = response.bytes(limit).await?;
        body.truncate(limit.saturating_add(1));
        Ok(Some(body))
    };
    within(TIME_LIMIT, read).await.ok().flatten()
}
