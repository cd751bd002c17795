//! Dynamic client registration (RFC 7591). Each registration is a client of its own, also with equal metadata: knowing the metadata of
//! another client must not give its identity. The registrations of a network are limited; unused ones are deleted after a month.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use oauth::{
    Digest, OAuthError, OAuthErrorCode, Timestamp,
    id::RegisteredClientId,
    registration::{ClientMetadata, MetadataRefusal},
};
use serde::Serialize;
use worker_kit::{
    http::{Request, Response, limited_body},
    random,
};

use super::super::{
    client_registration, clients,
    fetch::reach,
    network_limit::{self, Purpose},
    stytch::{ClientError, answer},
};
use crate::deployment::Deployment;

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

pub(super) async fn post(request: &Request, deployment: &Deployment) -> Result<Response, ClientError> {
    let body = limited_body(request, ClientMetadata::MAX_REQUEST_BYTES).await?;
    let metadata =
        ClientMetadata::from_request(&body, reach(request, deployment)).map_err(MetadataRefusal::to_error)?;
    clients::check_name(deployment, &metadata).map_err(MetadataRefusal::to_error)?;
    if let Some(seconds) = network_limit::count_network(request, deployment, Purpose::Registration).await? {
        let error = OAuthError::new(OAuthErrorCode::TooManyRequests, "Too many registrations. Wait a while.");
        return Err(ClientError::wait(error, seconds));
    }
    let id = RegisteredClientId::from_uuid(random::uuid()?);
    let secret = if metadata.has_secret() {
        Some(Base64UrlUnpadded::encode_string(&random::bytes::<32>()?))
    } else {
        None
    };
    let digest = secret.as_ref().map(|secret| Digest::of(secret.as_bytes()));
    let client = client_registration::register(&deployment.env, &id, metadata, digest).await?;
    let members = Registration {
        client_id: id,
        client_id_issued_at: client.issued_at,
        client_secret_expires_at: secret.as_ref().map(|_| 0),
        client_secret: secret,
        // What it listed is our own note, and no member of a registration.
        metadata: ClientMetadata { lists_refresh_token: false, ..client.metadata },
    };
    Ok(answer(201, &members)?)
}
