//! Clients, whichever way they made themselves known: registered here (RFC 7591), or by a document at their own address
//! (`oauth::client_document`).
//!
//! A document is fetched only for a person who is logged in and on the way to consent. Every other endpoint works with what
//! was fetched then, so that no stranger can make this server fetch anything.

use std::time::Duration;

use futures_util::StreamExt;
use oauth::{
    ClientId, OAuthError, OAuthErrorCode,
    client_document::{
        self, ClientDocumentUrl, DocumentRefusal, FRESH_SECONDS, MAX_DOCUMENT_BYTES, Reach, STALE_SECONDS,
    },
    registration::{ClientMetadata, name_refusal},
};
use text::name::Flaw;
use worker::{Fetch, Headers, RequestInit, RequestRedirect};

use super::client_registration::{self, Client};
use crate::{
    http::{Failure, Request},
    identity::now,
    names,
    object::within,
    router::App,
};

/// A host that takes longer than this keeps a person waiting in front of a blank page.
const FETCH_LIMIT: Duration = Duration::from_secs(5);

/// A client as it was last seen; `None` when nobody here knows it (any more).
pub(super) async fn known(app: &App, id: &ClientId) -> Result<Option<Client>, Failure> {
    client_registration::find(&app.env, id).await
}

/// Refuses a client that wants to go by a name which is this product's or its identity provider's.
pub(super) fn check_name(metadata: &ClientMetadata) -> Result<(), OAuthError> {
    if !names::is_reserved(&metadata.client_name) {
        return Ok(());
    }
    Err(OAuthError::new(OAuthErrorCode::InvalidClientMetadata, name_refusal(Flaw::Reserved)))
}

/// What became of looking for a client that a person is to decide about.
pub(super) enum Found {
    Client(Client),
    Unknown,
    /// Its document is not one to go by.
    Refused(DocumentRefusal),
}

/// The client as it is now. The caller has made sure that somebody is logged in.
pub(super) async fn current(request: &Request, app: &App, id: &ClientId) -> Result<Found, Failure> {
    let kept = known(app, id).await?;
    if !ClientDocumentUrl::is_meant_by(id) {
        return Ok(kept.map_or(Found::Unknown, Found::Client));
    }
    let is_younger = |client: &Client, seconds| now().since(client.issued_at) < seconds;
    if let Some(client) = kept.as_ref().filter(|client| is_younger(client, FRESH_SECONDS)) {
        return Ok(Found::Client(client.clone()));
    }
    let reach = if app.config.loopback_clients && request.origin.is_loopback() {
        Reach::PublicAndLoopback
    } else {
        Reach::Public
    };
    let url = match ClientDocumentUrl::parse(id, reach) {
        Ok(url) => url,
        Err(refusal) => return Ok(Found::Refused(refusal)),
    };
    match fetch(&url).await {
        Ok(metadata) => Ok(Found::Client(client_registration::keep_document(&app.env, id, metadata).await?)),
        Err(DocumentRefusal::NotFetched) => {
            let kept = kept.filter(|client| is_younger(client, STALE_SECONDS));
            Ok(kept.map_or(Found::Refused(DocumentRefusal::NotFetched), Found::Client))
        }
        Err(refusal) => Ok(Found::Refused(refusal)),
    }
}

/// Fetches a document: no redirect is followed, no credential goes along, and no more is read than a document may have.
async fn fetch(url: &ClientDocumentUrl) -> Result<ClientMetadata, DocumentRefusal> {
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
        // One byte too many is enough to know.
        while let Some(chunk) = chunks.next().await {
            body.extend_from_slice(&chunk?);
            if body.len() > MAX_DOCUMENT_BYTES {
                break;
            }
        }
        Ok(Some(body))
    };
    match within(FETCH_LIMIT, read).await {
        Ok(Some(body)) => {
            let metadata = client_document::read(url, &body)?;
            check_name(&metadata).map_err(|error| DocumentRefusal::InvalidMetadata(error.description))?;
            Ok(metadata)
        }
        Ok(None) | Err(_) => Err(DocumentRefusal::NotFetched),
    }
}

/// `application/json`, or a type that is JSON by its suffix (RFC 6839 section 3.1).
fn is_json(content_type: Option<&str>) -> bool {
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json")
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}
