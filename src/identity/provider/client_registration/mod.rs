//! The object that keeps one registered client: how to reach it, and what may be asked of it. One object per client, so
//! that no number of registrations slows another down.

mod client_registration_do;

use std::time::Duration;

use oauth::{
    ClientId, Digest, Timestamp, client_document::ClientDocumentUrl, id::RegisteredClientId,
    registration::ClientMetadata,
};
use serde::{Deserialize, Serialize};
use worker::{Env, Stub};

use crate::{http::Failure, object::ask};

/// The binding in `wrangler.toml`.
const BINDING: &str = "CLIENT_REGISTRATION";

const TIME_LIMIT: Duration = Duration::from_secs(10);

/// What the object is asked. Answered with [`Client`], or `null`.
#[derive(Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum Ask {
    /// Keeps a registration. The same one again changes nothing.
    Register { metadata: ClientMetadata, secret: Option<Digest> },
    /// Keeps what a client's document says now, in place of what it said before.
    KeepDocument { metadata: ClientMetadata },
    /// Looks it up, and notes that it is in use.
    Find,
}

/// A client as it was registered, or as its document has it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Client {
    pub(super) metadata: ClientMetadata,
    /// Digest of a confidential client's secret.
    pub(super) secret: Option<Digest>,
    /// When it was registered, or when its document was read.
    pub(super) issued_at: Timestamp,
}

pub(super) async fn register(
    env: &Env,
    id: &RegisteredClientId,
    metadata: ClientMetadata,
    secret: Option<Digest>,
) -> Result<Client, Failure> {
    ask(&stub(env, id.as_str())?, TIME_LIMIT, &Ask::Register { metadata, secret }).await
}

/// Keeps the document of a client whose id is its address.
pub(super) async fn keep_document(
    env: &Env,
    id: &ClientId,
    metadata: ClientMetadata,
) -> Result<Client, Failure> {
    ask(&stub(env, id.as_str())?, TIME_LIMIT, &Ask::KeepDocument { metadata }).await
}

/// The client of that id; `None` when there is none (any more).
pub(super) async fn find(env: &Env, id: &ClientId) -> Result<Option<Client>, Failure> {
    if id.registered().is_none() && !ClientDocumentUrl::is_meant_by(id) {
        return Ok(None);
    }
    ask(&stub(env, id.as_str())?, TIME_LIMIT, &Ask::Find).await
}

fn stub(env: &Env, id: &str) -> worker::Result<Stub> {
    env.durable_object(BINDING)?.get_by_name(id)
}
