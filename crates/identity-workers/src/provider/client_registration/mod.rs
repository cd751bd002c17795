//! The object that stores one registered client, and how it is called. There is one object per client, so that registrations do not slow
//! each other down. It also counts what a client may do only once, or only so often.

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
    object::{Never, Object, ask, ask_or},
};

/// The object that stores one client.
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
    /// The questions to the object. Each is described at its function below.
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

/// Why fetching it failed.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FetchFailure {
    /// Not reached, redirected, too slow, or not JSON by its media type.
    NotFetched,
    /// The document is refused.
    Document(DocumentRefusal),
    /// The set of keys is refused.
    Keys(KeySetRefusal),
}

/// A client as registered, or as in its document.
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

/// A recent failure.
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
    /// Whether a use of it now must be stored ([`note_use`]).
    pub(super) use_is_due: bool,
    pub(super) keys: Option<FetchedKeys>,
    pub(super) document_failure: Option<Failed>,
    pub(super) keys_failure: Option<Failed>,
}

impl Known {
    /// The age of the stored document, and when fetching it failed.
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

/// The result of using an assertion.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AssertionUse {
    /// It was not used before, and is used now.
    First,
    Again,
    /// Too many are stored to store another; it was not used.
    TooMany,
}

/// Stores a registration.
pub(super) fn register(
    env: &Env,
    id: &RegisteredClientId,
    metadata: ClientMetadata,
    secret: Option<Digest>,
) -> impl Future<Output = Result<RegisteredClient, Failure>> {
    ask_or(env, id.as_str(), Register { metadata, secret }, Failure::from)
}

/// Stores a client's document, in place of the earlier one.
pub(super) fn keep_document(
    env: &Env,
    id: &ClientId,
    metadata: ClientMetadata,
) -> impl Future<Output = Result<RegisteredClient, Failure>> {
    ask_or(env, id.as_str(), KeepDocument { metadata }, Failure::from)
}

/// Stores fetched keys, in place of the earlier ones.
pub(super) fn keep_keys(
    env: &Env,
    id: &ClientId,
    address: &str,
    keys: ClientKeySet,
) -> impl Future<Output = Result<(), Failure>> {
    ask_or(env, id.as_str(), KeepKeys { address: address.to_owned(), keys }, Failure::from)
}

/// Stores that a fetch failed. What was fetched before stays.
pub(super) fn keep_failure(
    env: &Env,
    id: &ClientId,
    what: Fetched,
    reason: FetchFailure,
) -> impl Future<Output = Result<(), Failure>> {
    ask_or(env, id.as_str(), KeepFailure { what, reason }, Failure::from)
}

/// What is known about a client id. This writes nothing.
pub(super) async fn find(env: &Env, id: &ClientId) -> Result<Known, Failure> {
    if id.registered().is_none() && !ClientDocumentUrl::is_meant_by(id) {
        return Ok(Known::default());
    }
    Ok(ask(env, id.as_str(), Find).await?)
}

/// Stores a use of a client: it has authenticated, and was issued something.
pub(super) fn note_use(env: &Env, id: &ClientId) -> impl Future<Output = Result<(), Failure>> {
    ask_or(env, id.as_str(), NoteUse, Failure::from)
}

/// Counts one more fetch. `Some`: the limit is exceeded; the seconds to wait.
pub(super) fn count_fetch(
    env: &Env,
    id: &ClientId,
    what: Fetched,
) -> impl Future<Output = Result<Option<i64>, Failure>> {
    ask_or(env, id.as_str(), CountFetch { what }, Failure::from)
}

/// Uses a valid assertion, which is possible once.
pub(super) fn use_assertion(
    env: &Env,
    id: &ClientId,
    assertion: &ProvenAssertion,
) -> impl Future<Output = Result<AssertionUse, Failure>> {
    let question = UseAssertion { id: assertion.id.clone(), forgotten_at: assertion.forgotten_at };
    ask_or(env, id.as_str(), question, Failure::from)
}
