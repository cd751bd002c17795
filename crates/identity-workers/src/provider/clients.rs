//! Looking up clients: registered here (RFC 7591), or identified by the URL of a metadata document (`oauth::client_document`).
//!
//! A document is fetched only for a logged-in person on the way to consent, with rate limits for each person, client and host. Every
//! other endpoint uses the stored document, so that no stranger can make this server fetch one.

use oauth::{
    ClientId, UserId,
    client_document::{self, ClientDocumentUrl, DocumentRefusal, MAX_DOCUMENT_BYTES},
    registration::{ClientMetadata, MetadataRefusal, NameRefusal},
};
use worker_kit::http::{Failure, Request};

use super::{
    client_registration::{self, FetchFailure, Fetched, Known, RegisteredClient},
    fetch::{fetch_json, reach},
    network_limit::{self, Purpose},
};
use crate::{clock::now, deployment::Deployment};

/// A client as last stored; `None` when it is not known (any more).
pub(super) async fn known(
    deployment: &Deployment,
    id: &ClientId,
) -> Result<Option<RegisteredClient>, Failure> {
    Ok(client_registration::find(&deployment.env, id).await?.client)
}

/// Refuses a client whose name is that of this product or its identity provider.
pub(super) fn check_name(deployment: &Deployment, metadata: &ClientMetadata) -> Result<(), MetadataRefusal> {
    if deployment.application.is_reserved(&metadata.client_name) {
        Err(MetadataRefusal::Name(NameRefusal::Reserved))
    } else {
        Ok(())
    }
}

/// The result of looking up a client for the consent page.
pub(super) enum Found {
    Client(Box<RegisteredClient>),
    Unknown,
    /// Its document is refused.
    Refused(DocumentRefusal),
    /// Too many documents were fetched recently; the seconds to wait.
    Wait(i64),
}

impl Found {
    /// The client, or that it is unknown.
    pub(super) fn registered(client: Option<RegisteredClient>) -> Self {
        client.map_or(Self::Unknown, |client| Self::Client(Box::new(client)))
    }
}

/// The client, without fetching anything. A URL that is never fetched is no client's.
pub(super) async fn without_fetching(
    request: &Request,
    deployment: &Deployment,
    id: &ClientId,
) -> Result<Found, Failure> {
    if ClientDocumentUrl::is_meant_by(id)
        && let Err(refusal) = ClientDocumentUrl::parse(id, reach(request, deployment))
    {
        return Ok(Found::Refused(refusal));
    }
    Ok(Found::registered(known(deployment, id).await?))
}

/// The client, with its document fetched if needed. `person` is the logged-in user.
pub(super) async fn current(
    request: &Request,
    deployment: &Deployment,
    id: &ClientId,
    person: &UserId,
) -> Result<Found, Failure> {
    let known = client_registration::find(&deployment.env, id).await?;
    if !ClientDocumentUrl::is_meant_by(id) {
        return Ok(Found::registered(known.client));
    }
    let reach = reach(request, deployment);
    let url = match ClientDocumentUrl::parse(id, reach) {
        Ok(url) => url,
        Err(refusal) => return Ok(Found::Refused(refusal)),
    };
    if !known.document_age().is_due(false, now()) {
        return Ok(kept_or(known, Found::Refused));
    }
    if let Some(wait) = wait(deployment, id, &url, person, &known).await? {
        return Ok(kept_or(known, |_| Found::Wait(wait)));
    }
    let body = fetch_json(url.url(), MAX_DOCUMENT_BYTES).await.ok_or(DocumentRefusal::NotFetched);
    let read = body.and_then(|body| {
        let metadata = client_document::read(&url, &body, reach)?;
        check_name(deployment, &metadata).map_err(DocumentRefusal::InvalidMetadata)?;
        Ok(metadata)
    });
    match read {
        Ok(metadata) => {
            let client = client_registration::keep_document(&deployment.env, id, metadata).await?;
            Ok(Found::Client(Box::new(client)))
        }
        Err(refusal) => {
            let reason = FetchFailure::Document(refusal);
            client_registration::keep_failure(&deployment.env, id, Fetched::Document, reason).await?;
            if refusal == DocumentRefusal::NotFetched {
                Ok(kept_or(known, Found::Refused))
            } else {
                Ok(Found::Refused(refusal))
            }
        }
    }
}

/// A client whose document is not fetched now: by the stored one, if that is recent enough.
fn kept_or(known: Known, otherwise: impl FnOnce(DocumentRefusal) -> Found) -> Found {
    let refusal = match known.document_failure.map(|failure| failure.reason) {
        Some(FetchFailure::Document(refusal)) => refusal,
        _ => DocumentRefusal::NotFetched,
    };
    let is_usable = known.document_age().is_usable(now());
    // A host that does not answer is tolerated for a while. An invalid document is not.
    match known.client.filter(|_| is_usable && refusal == DocumentRefusal::NotFetched) {
        Some(client) => Found::Client(Box::new(client)),
        None => otherwise(refusal),
    }
}

/// Counts a fetch. `Some`: a limit is exceeded; the seconds to wait.
async fn wait(
    deployment: &Deployment,
    id: &ClientId,
    url: &ClientDocumentUrl,
    person: &UserId,
    known: &Known,
) -> Result<Option<i64>, Failure> {
    // A document that was good before is looked at again whatever others have fetched: strangers cannot use up its share.
    if known.client.is_none() {
        for (purpose, party) in [(Purpose::Document, person.as_str()), (Purpose::Host, url.url().host())] {
            if let Some(wait) = network_limit::count(deployment, purpose, party).await? {
                return Ok(Some(wait));
            }
        }
    }
    client_registration::count_fetch(&deployment.env, id, Fetched::Document).await
}
