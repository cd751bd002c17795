//! The keys with which clients authenticate: registered, or fetched from their `jwks_uri`.
//!
//! Keys are fetched under the same rules as documents, and only for a request with a code or token of that client: a stranger cannot
//! make this server fetch anything by naming a client.

use oauth::{
    ClientId, OAuthError,
    fetch_policy::FetchUrl,
    jwt::{AssertionRefusal, ClientAssertion, ClientKey, ClientKeySet, KeySetRefusal, NoSuchKey},
};
use worker_kit::http::{Failure, Request};

use super::{
    client_registration::{self, FetchFailure, Fetched, Known, RegisteredClient},
    fetch::{fetch_json, reach},
    network_limit::{self, Purpose},
    stytch::ClientError,
};
use crate::{clock::now, deployment::Deployment};

/// The key that an assertion says it was signed with. `check_subject` refuses a request that holds nothing of the client's; it
/// is asked only when there is something to fetch.
pub(super) async fn key_of(
    request: &Request,
    deployment: &Deployment,
    id: &ClientId,
    known: &Known,
    assertion: &ClientAssertion<'_>,
    check_subject: impl AsyncFnOnce() -> Result<(), ClientError>,
) -> Result<ClientKey, ClientError> {
    let metadata = known.client.as_ref().map(|RegisteredClient { metadata, .. }| metadata);
    let find = |keys: &ClientKeySet| {
        let found = keys.find(assertion.kid(), assertion.algorithm()).cloned();
        found.map_err(|none| match none {
            NoSuchKey::Unknown => AssertionRefusal::UnknownKey,
            NoSuchKey::Ambiguous => AssertionRefusal::AmbiguousKey,
        })
    };
    if let Some(registered) = metadata.and_then(|metadata| metadata.jwks.as_ref()) {
        return find(registered).map_err(refused);
    }
    let address = metadata.and_then(|metadata| metadata.jwks_uri.as_deref());
    let address = address.ok_or_else(|| refused(AssertionRefusal::UnknownKey))?;

    let age = known.keys_age(address);
    let kept = known.keys_of(address).filter(|_| age.is_usable(now())).map(|kept| find(&kept.keys));
    let misses_key = matches!(kept, Some(Err(AssertionRefusal::UnknownKey)));
    let not_now = match kept {
        Some(kept) => kept.map_err(refused),
        None => Err(failed(known.keys_failure.map(|failure| failure.reason))),
    };
    if !age.is_due(misses_key, now()) {
        return not_now;
    }
    // What passed when it was registered may not pass any more.
    let Ok(url) = FetchUrl::parse(address, reach(request, deployment)) else { return not_now };
    if let Err(refusal) = check_subject().await {
        return not_now.map_err(|_| refusal);
    }
    if let Some(seconds) = wait(deployment, id, &url, known.keys_of(address).is_some()).await? {
        return not_now.map_err(|_| ClientError::wait(unavailable(), seconds));
    }
    match fetched(&url).await {
        Ok(keys) => {
            let found = find(&keys);
            client_registration::keep_keys(&deployment.env, id, address, keys).await?;
            found.map_err(refused)
        }
        Err(reason) => {
            client_registration::keep_failure(&deployment.env, id, Fetched::Keys, reason).await?;
            match not_now {
                Ok(key) => Ok(key),
                Err(_) => Err(failed(Some(reason))),
            }
        }
    }
}

async fn fetched(url: &FetchUrl) -> Result<ClientKeySet, FetchFailure> {
    match fetch_json(url, ClientKeySet::MAX_BYTES).await {
        Some(body) => ClientKeySet::read(&body).map_err(FetchFailure::Keys),
        None => Err(FetchFailure::NotFetched),
    }
}

/// Counts a fetch. `Some`: a limit is exceeded; the seconds to wait.
async fn wait(
    deployment: &Deployment,
    id: &ClientId,
    url: &FetchUrl,
    was_good: bool,
) -> Result<Option<i64>, Failure> {
    // An address that gave keys before is asked again whatever others have fetched from its host.
    if !was_good && let Some(wait) = network_limit::count(deployment, Purpose::Host, url.host()).await? {
        return Ok(Some(wait));
    }
    client_registration::count_fetch(&deployment.env, id, Fetched::Keys).await
}

fn refused(refusal: AssertionRefusal) -> ClientError {
    refusal.to_error().into()
}

/// The error for a client whose keys cannot be read. It is temporary where the host does not answer: after `invalid_client` the client
/// would discard its login.
fn failed(reason: Option<FetchFailure>) -> ClientError {
    match reason {
        Some(FetchFailure::Keys(refusal)) => {
            OAuthError::invalid_client(KeySetRefusal::description(refusal)).into()
        }
        _ => ClientError::wait(unavailable(), oauth::fetch_cache::FAILURE_SECONDS),
    }
}

const fn unavailable() -> OAuthError {
    OAuthError::new(
        oauth::OAuthErrorCode::TemporarilyUnavailable,
        "The client's keys cannot be fetched from its jwks_uri at the moment.",
    )
}
