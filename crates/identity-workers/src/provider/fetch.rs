//! Fetching what a stranger has the address of: no redirect is followed, no credential goes along, no more is read than may
//! be, and nobody waits long. Which addresses are fetched at all: `oauth::fetch_policy`.

use std::time::Duration;

use futures_util::StreamExt;
use oauth::fetch_policy::{FetchUrl, Reach, is_json};
use worker::{Fetch, Headers, RequestInit, RequestRedirect};
use worker_kit::{http::Request, object::within};

use crate::deployment::Deployment;

/// A host that takes longer than this keeps a person waiting in front of a blank page.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// How far this deployment reaches for somebody who calls it under that origin.
pub(super) fn reach(request: &Request, deployment: &Deployment) -> Reach {
    if deployment.config.loopback_clients && request.origin.is_loopback() {
        Reach::PublicAndLoopback
    } else {
        Reach::Public
    }
}

/// The JSON at an address: at most `limit` bytes of it and one more, so that its reader sees when it is too long. `None` when
/// nothing came of it.
pub(super) async fn fetch_json(url: &FetchUrl, limit: usize) -> Option<Vec<u8>> {
    let read = async {
        let headers = Headers::new();
        headers.set("accept", "application/json")?;
        let mut init = RequestInit::new();
        init.with_redirect(RequestRedirect::Manual).with_headers(headers);
        let outgoing = worker::Request::new_with_init(url.as_str(), &init)?;
        let mut response = Fetch::Request(outgoing).send().await?;
        if response.status_code() != 200 || !is_json(response.headers().get("content-type")?.as_deref()) {
            return Ok(None);
        }
        let mut chunks = response.stream()?;
        let mut body = Vec::new();
        while let Some(chunk) = chunks.next().await {
            body.extend_from_slice(&chunk?);
            if body.len() > limit {
                body.truncate(limit.saturating_add(1));
                break;
            }
        }
        Ok(Some(body))
    };
    within(TIME_LIMIT, read).await.ok().flatten()
}
