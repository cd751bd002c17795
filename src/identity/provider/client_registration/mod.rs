//! The object that keeps one registered client: how to reach it, and what may be asked of it. One object per client, so
//! that no number of registrations slows another down.

mod client_registration_do;

use std::time::Duration;

use oauth::{ClientId, Digest, Timestamp, id::RegisteredClientId, registration::ClientMetadata};
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
    /// Looks it up, and notes that it is in use.
    Find,
}

/// A client as it was registered.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Client {
    pub(super) metadata: ClientMetadata,
    /// Digest of a confidential client's secret.
    pub(super) secret: Option<Digest>,
    pub(super) issued_at: Timestamp,
}

pub(super) async fn register(
    env: &Env,
    id: &RegisteredClientId,
    metadata: ClientMetadata,
    secret: Option<Digest>,
) -> Result<Client, Failure> {
    ask(&stub(env, id)?, TIME_LIMIT, &Ask::Register { metadata, secret }).await
}

/// The client of that id; `None` when there is none (any more).
pub(super) async fn find(env: &Env, id: &ClientId) -> Result<Option<Client>, Failure> {
    match id.registered() {
        Some(id) => ask(&stub(env, &id)?, TIME_LIMIT, &Ask::Find).await,
        None => Ok(None),
    }
}

fn stub(env: &Env, id: &RegisteredClientId) -> worker::Result<Stub> {
    env.durable_object(BINDING)?.get_by_name(id.as_str())
}
