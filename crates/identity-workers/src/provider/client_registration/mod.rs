//! The object that keeps one client: how to reach it, and what may be asked of it. One object per client, so that no number of
//! registrations slows another down; whatever belongs to one client and may be used once, or so and so often, is counted in it.

mod client_registration_do;
mod schema;
mod tables;

use std::borrow::Cow;

use oauth::{
    ClientId, Digest, Timestamp,
    client_document::{ClientDocumentUrl, DocumentRefusal},
    fetch_cache,
    id::RegisteredClientId,
    jwt::{ClientKeySet, KeySetRefusal, ProvenAssertion},
    registration::ClientMetadata,
};
use serde::{Deserialize, Serialize};
use worker::Env;
use worker_kit::{
    http::Failure,
    object::{Never, Object, ask},
};

/// What keeps one client.
enum ClientObject {}

impl Object for ClientObject {
    const BINDING: &'static str = "CLIENT_REGISTRATION";
    /// A client id.
    type Name = str;
    type Asked = Asked;
    type Refusal = Never;

    fn name(id: &str) -> Cow<'_, str> {
        id.into()
    }
}

worker_kit::questions! {
    /// What the object is asked. What each means stands with its function below.
    enum Asked;
    ClientObject {
        Register -> RegisteredClient,
        KeepDocument -> RegisteredClient,
        KeepKeys -> (),
        KeepFailure -> (),
        Find -> Known,
        NoteUse -> (),
        CountFetch -> Option<i64>,
        UseAssertion -> AssertionUse,
    }
}

#[derive(Serialize, Deserialize)]
struct Register {
    metadata: ClientMetadata,
    secret: Option<Digest>,
}

#[derive(Serialize, Deserialize)]
struct KeepDocument {
    metadata: ClientMetadata,
}

#[derive(Serialize, Deserialize)]
struct KeepKeys {
    address: String,
    keys: ClientKeySet,
}

#[derive(Serialize, Deserialize)]
struct KeepFailure {
    what: Fetched,
    reason: FetchFailure,
}

#[derive(Serialize, Deserialize)]
struct Find;

#[derive(Serialize, Deserialize)]
struct NoteUse;

#[derive(Serialize, Deserialize)]
struct CountFetch {
    what: Fetched,
}

#[derive(Serialize, Deserialize)]
struct UseAssertion {
    id: Digest,
    forgotten_at: Timestamp,
}

/// Something that is fetched for a client.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fetched {
    Document,
    Keys,
}

/// Why nothing came of fetching it.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FetchFailure {
    /// Not reached, redirected, too slow, or not JSON by its media type.
    NotFetched,
    /// It is not a document to go by.
    Document(DocumentRefusal),
    /// It is not a set of keys to go by.
    Keys(KeySetRefusal),
}

/// A client as it was registered, or as its document has it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct RegisteredClient {
    pub(super) metadata: ClientMetadata,
    /// Digest of a confidential client's secret.
    pub(super) secret: Option<Digest>,
    /// When it was registered, or when its document was read.
    pub(super) issued_at: Timestamp,
}

/// Keys that were fetched, and where.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct FetchedKeys {
    pub(super) address: String,
    pub(super) keys: ClientKeySet,
    pub(super) fetched_at: Timestamp,
}

/// A failure that was not long ago.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Failed {
    pub(super) reason: FetchFailure,
    pub(super) at: Timestamp,
}

/// All that is known about one client id.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Known {
    /// `None` when there is no such client (any more).
    pub(super) client: Option<RegisteredClient>,
    /// Whether a use of it now would have to be noted ([`note_use`]).
    pub(super) use_is_due: bool,
    pub(super) keys: Option<FetchedKeys>,
    pub(super) document_failure: Option<Failed>,
    pub(super) keys_failure: Option<Failed>,
}

impl Known {
    /// How old the document is that is known, and when fetching it failed.
    pub(super) fn document_age(&self) -> fetch_cache::Kept {
        fetch_cache::Kept {
            fetched_at: self.client.as_ref().map(|client| client.issued_at),
            failed_at: self.document_failure.map(|failure| failure.at),
        }
    }

    /// The same of the keys at an address.
    pub(super) fn keys_age(&self, address: &str) -> fetch_cache::Kept {
        fetch_cache::Kept {
            fetched_at: self.keys_of(address).map(|keys| keys.fetched_at),
            failed_at: self.keys_failure.map(|failure| failure.at),
        }
    }

    /// The keys that were fetched from an address.
    pub(super) fn keys_of(&self, address: &str) -> Option<&FetchedKeys> {
        self.keys.as_ref().filter(|keys| keys.address == address)
    }
}

/// What became of an assertion.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AssertionUse {
    /// It had not been used, and now it has.
    First,
    Again,
    /// So many are in use that no more can be remembered; it was not used.
    TooMany,
}

/// Keeps a registration.
pub(super) async fn register(
    env: &Env,
    id: &RegisteredClientId,
    metadata: ClientMetadata,
    secret: Option<Digest>,
) -> Result<RegisteredClient, Failure> {
    Ok(ask(env, id.as_str(), Register { metadata, secret }).await?)
}

/// Keeps what a client's document says now, in place of what it said before.
pub(super) async fn keep_document(
    env: &Env,
    id: &ClientId,
    metadata: ClientMetadata,
) -> Result<RegisteredClient, Failure> {
    Ok(ask(env, id.as_str(), KeepDocument { metadata }).await?)
}

/// Keeps the keys that were fetched, in place of those before.
pub(super) async fn keep_keys(
    env: &Env,
    id: &ClientId,
    address: &str,
    keys: ClientKeySet,
) -> Result<(), Failure> {
    Ok(ask(env, id.as_str(), KeepKeys { address: address.to_owned(), keys }).await?)
}

/// Keeps that nothing came of fetching something. What was fetched before stays.
pub(super) async fn keep_failure(
    env: &Env,
    id: &ClientId,
    what: Fetched,
    reason: FetchFailure,
) -> Result<(), Failure> {
    Ok(ask(env, id.as_str(), KeepFailure { what, reason }).await?)
}

/// What is known about a client id. Looking leaves no trace, whoever looks.
pub(super) async fn find(env: &Env, id: &ClientId) -> Result<Known, Failure> {
    if id.registered().is_none() && !ClientDocumentUrl::is_meant_by(id) {
        return Ok(Known::default());
    }
    Ok(ask(env, id.as_str(), Find).await?)
}

/// Notes that a client was used: it has proved itself, and was given something.
pub(super) async fn note_use(env: &Env, id: &ClientId) -> Result<(), Failure> {
    Ok(ask(env, id.as_str(), NoteUse).await?)
}

/// Counts one more fetch. `Some`: it is one too many, with the seconds to wait.
pub(super) async fn count_fetch(env: &Env, id: &ClientId, what: Fetched) -> Result<Option<i64>, Failure> {
    Ok(ask(env, id.as_str(), CountFetch { what }).await?)
}

/// Uses a genuine assertion, which can be done once.
pub(super) async fn use_assertion(
    env: &Env,
    id: &ClientId,
    assertion: &ProvenAssertion,
) -> Result<AssertionUse, Failure> {
    let question = UseAssertion { id: assertion.id, forgotten_at: assertion.forgotten_at };
    Ok(ask(env, id.as_str(), question).await?)
}
