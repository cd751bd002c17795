//! Dynamic client registration (RFC 7591). A public client that registers the same metadata again is given the id it has.
//! How many clients a network may make is limited; those that nobody uses go after a month.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use oauth::{
    Digest, OAuthError, OAuthErrorCode, Timestamp, id::RegisteredClientId, registration::ClientMetadata,
};
use serde::Serialize;
use worker::Response;

use super::super::{
    client_registration, clients,
    network_limit::{self, Purpose},
    stytch::{About, Answer, ClientError, oauth_error},
};
use crate::{
    http::{self, Request, limited_body},
    random,
    router::App,
};

/// RFC 7591 section 3.2.1.
#[derive(Serialize)]
struct Registration {
    client_id: RegisteredClientId,
    client_id_issued_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    /// 0: it does not expire. Present exactly when there is a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret_expires_at: Option<u8>,
    #[serde(flatten)]
    metadata: ClientMetadata,
}

pub(super) async fn post(request: &mut Request, app: &App) -> Result<Response, ClientError> {
    let body = limited_body(request, ClientMetadata::MAX_REQUEST_BYTES).await?;
    let metadata = ClientMetadata::from_request(&body)?;
    clients::check_name(&metadata)?;
    let (id, secret) = match metadata.shared_id() {
        Some(id) => (id, None),
        None => {
            let secret = URL_SAFE_NO_PAD.encode(random::bytes::<32>()?);
            (RegisteredClientId::from_uuid(random::uuid()?), Some(secret))
        }
    };
    // A host registers anew at every start: what is known costs nothing and is not counted.
    let is_known = secret.is_none() && clients::known(app, &id.clone().into()).await?.is_some();
    if !is_known && let Some(wait) = network_limit::count(request, app, Purpose::Registration).await? {
        let error = OAuthError::new(OAuthErrorCode::TooManyRequests, "Too many registrations. Wait a while.");
        return Ok(http::with_headers(oauth_error(error)?, &[("retry-after", &wait.to_string())])?);
    }
    let digest = secret.as_ref().map(|secret| Digest::of(secret.as_bytes()));
    let client = client_registration::register(&app.env, &id, metadata, digest).await?;
    let members = Registration {
        client_id: id,
        client_id_issued_at: client.issued_at,
        client_secret_expires_at: secret.as_ref().map(|_| 0),
        client_secret: secret,
        // What it listed is our own note, and no member of a registration.
        metadata: ClientMetadata { lists_refresh_token: false, ..client.metadata },
    };
    let answer = Answer { about: About::with_status(201)?, members };
    Ok(http::json(&answer)?.with_status(201))
}
