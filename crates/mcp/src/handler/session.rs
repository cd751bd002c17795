//! Sessions of the handshake era (2025-11-25 basic/transports, "Session Management").
//!
//! A session's id is its state: who opened it, the revision, what the client can do, until when. It is sealed, so any
//! process can read it and nobody can make one; a plain request needs nothing else. Only what has to be *held* is held
//! somewhere, by [`Sessions`]: streams and what was sent on them, questions in flight, subscriptions, the log level, and
//! that a session was ended.

use std::future::pending;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::handler::session_id::SessionId;
use crate::handler::stable_waker::with_stable_waker;
use crate::model::client::{ClientCapability, ClientInfo, DeclaredCapabilities};
use crate::model::error::{Fault, RpcError, code};
use crate::model::failure::Refusal;
use crate::model::jsonrpc::{Params, Response};
use crate::model::request_id::RequestId;
use crate::model::revision::{Era, Revision};
use crate::model::wire;
use crate::ports::local_future::LocalFuture;
use crate::ports::platform::Platform;
use crate::ports::seal::{Owner, SealingKey, digest};
use crate::ports::sessions::{Lease, Sessions};

/// How long a session lasts, in seconds. A client whose session is over opens another.
const LIFETIME_SECONDS: u64 = 7 * 24 * 60 * 60;

/// The notification by which a client cancels a request of its session.
const CANCELLED: &str = "notifications/cancelled";

/// The response to a call that nobody works on any more.
const LOST: &str = "The server stopped before this call was done. What it did until then may have been kept: look, and then call it again.";

/// What stands between a question's name and its tag. No name has it.
const TAG_MARK: char = '.';

/// The longest name a client may give itself and have remembered.
const MAX_NAME: usize = 64;

/// The longest settings of an extension that are remembered of a client, in bytes of JSON.
const MAX_SETTINGS: usize = 256;

const CAPABILITIES: [ClientCapability; 4] = [
    ClientCapability::Elicitation,
    ClientCapability::UrlElicitation,
    ClientCapability::Sampling,
    ClientCapability::Roots,
];

/// What a client said of itself: with the request that opened its session, or in a session that had begun before.
#[derive(Default, Serialize, Deserialize)]
struct DeclaredClient {
    /// In the order of [`CAPABILITIES`].
    capabilities: u8,
    info: Option<ClientInfo>,
    extensions: Map<String, Value>,
}

impl DeclaredClient {
    /// `offered` are the extensions that the server declares.
    fn new(capabilities: &RawValue, info: ClientInfo, offered: &Map<String, Value>) -> Self {
        let mut declared = DeclaredCapabilities::read(capabilities);
        let extensions = known_extensions(std::mem::take(&mut declared.extensions), offered);
        let declared = CAPABILITIES.iter().enumerate().filter(|(_, capability)| declared.has(**capability));
        let capabilities = declared.fold(0, |bits, (index, _)| bits | (1 << index));
        Self { capabilities, info: info.shortened(MAX_NAME), extensions }
    }
}

/// The same, in a session that had begun before, with what was agreed on.
#[derive(Serialize, Deserialize)]
struct LateClientInfo {
    revision: String,
    client: DeclaredClient,
}

/// What of a client's extensions is remembered: an id is sent with every request, so it holds no more than is of use here.
fn known_extensions(declared: Map<String, Value>, offered: &Map<String, Value>) -> Map<String, Value> {
    let known = declared.into_iter().filter(|(name, _)| offered.contains_key(name));
    let short = known.map(|(name, settings)| {
        let fits = json::value_to_string(&settings).len() <= MAX_SETTINGS;
        (name, if fits { settings } else { Value::Object(Map::new()) })
    });
    short.collect()
}

/// A session that a request belongs to.
#[derive(Clone)]
pub(crate) struct Session {
    /// What its id says, or what its client has said of itself since.
    pub(crate) id: Rc<SessionId>,
    pub(crate) revision: Revision,
    pub(crate) held: Rc<dyn Sessions>,
    key: SealingKey,
}

impl Session {
    /// Makes a session for a client that has not said anything yet, and gives its name and its id.
    pub(crate) fn open_silent(platform: &Platform, owner: &Owner) -> Result<Option<(String, String)>, Fault> {
        Self::seal(platform, owner, Revision::V2024_11_05, DeclaredClient::default())
    }

    /// Makes a session and gives its id; `None` where sessions are not held.
    pub(crate) fn open(
        platform: &Platform,
        owner: &Owner,
        revision: Revision,
        capabilities: &RawValue,
        client: ClientInfo,
        offered: &Map<String, Value>,
    ) -> Result<Option<String>, Fault> {
        let client = DeclaredClient::new(capabilities, client, offered);
        let opened = Self::seal(platform, owner, revision, client)?;
        Ok(opened.map(|(_, id)| id))
    }

    fn seal(
        platform: &Platform,
        owner: &Owner,
        revision: Revision,
        client: DeclaredClient,
    ) -> Result<Option<(String, String)>, Fault> {
        let (Some(key), Some(sessions)) = (platform.sealing_key(), platform.held_sessions()) else {
            return Ok(None);
        };
        let name = sessions.name()?;
        let id = SessionId {
            name: name.clone(),
            revision: revision.as_str().to_owned(),
            capabilities: client.capabilities,
            client: client.info,
            extensions: client.extensions,
            expires: platform.now_seconds().saturating_add(LIFETIME_SECONDS),
        };
        Ok(id.seal(key, owner).map(|sealed| (name, sealed)))
    }

    /// The session with this id; `None` where sessions are not held. For [`crate::transport::handshake`] alone, which every
    /// message passes.
    ///
    /// "If the server has terminated the session, it MUST respond with HTTP 404 Not Found." To whoever did not open it, a
    /// session does not exist either.
    pub(crate) async fn resume(
        id: &str,
        platform: &Platform,
        caller: &Owner,
    ) -> Result<Option<Self>, Refusal<'static>> {
        let (Some(key), Some(held)) = (platform.sealing_key(), platform.held_sessions()) else {
            return Ok(None);
        };
        let gone = || {
            let what_next = "Session not found: open another with initialize";
            Refusal::new(404, RpcError::new(code::SESSION_NOT_FOUND, what_next))
        };
        let id = SessionId::open(id.trim(), key, caller).ok_or_else(gone)?;
        let revision = Revision::parse(&id.revision)
            .filter(|revision| revision.era() == Era::Handshake)
            .ok_or_else(gone)?;
        if id.expires <= platform.now_seconds() {
            return Err(gone());
        }
        match held.is_over(&id.name).await {
            Ok(false) => Ok(Some(Self { id, revision, held: Rc::clone(held), key: key.clone() })),
            Ok(true) => Err(gone()),
            Err(fault) => Err(Refusal::fault(fault)),
        }
    }

    /// Keeps what a client says of itself in a session that had begun before.
    pub(crate) async fn set_client_info(
        &self,
        revision: Revision,
        capabilities: &RawValue,
        client: ClientInfo,
        offered: &Map<String, Value>,
    ) -> Result<(), Fault> {
        let client = DeclaredClient::new(capabilities, client, offered);
        let client_info = LateClientInfo { revision: revision.as_str().to_owned(), client };
        let client_info = json::to_string(&client_info).map_err(Fault::new)?;
        self.held.set_client_info(&self.id.name, &client_info).await
    }

    /// The same session, with what its client has said of itself since it began.
    pub(crate) async fn with_late_client_info(self) -> Result<Self, Fault> {
        let Some(kept) = self.held.client_info(&self.id.name).await? else { return Ok(self) };
        let LateClientInfo { revision, client } = json::from_str(&kept).map_err(Fault::new)?;
        let revision = Revision::parse(&revision).unwrap_or(self.revision);
        let DeclaredClient { capabilities, info, extensions } = client;
        let id = SessionId {
            name: self.id.name.clone(),
            revision: self.id.revision.clone(),
            capabilities,
            client: info,
            extensions,
            expires: self.id.expires,
        };
        Ok(Self { id: Rc::new(id), revision, ..self })
    }

    /// Whether a notification of this method says anything to a session. One does: that a request is to be stopped, wherever it
    /// is worked off.
    pub(crate) fn hears_of(method: &str) -> bool {
        method == CANCELLED
    }

    /// Hears what the client notifies of ([`hears_of`](Self::hears_of)). What names no request is ignored: "Invalid cancellation
    /// notifications SHOULD be ignored" (2025-11-25 basic/utilities/cancellation, "Behavior Requirements").
    pub(crate) async fn take_notification(&self, params: &Params<'_>) -> Result<(), Fault> {
        match params.request_id.and_then(RequestId::read) {
            Some(id) => self.held.cancel(&self.id.name, &digest(id.as_json())).await,
            None => Ok(()),
        }
    }

    /// A question that this session's client is to be asked: its name, and the id that goes out with it. The id proves that
    /// it was asked, so that what nobody asked need not be kept.
    pub(crate) fn question(&self) -> Result<(String, String), Fault> {
        let name = self.held.name()?;
        let tag = self.key.tag(&self.asking(), name.as_bytes());
        let id = tag.map(|tag| format!("{name}{TAG_MARK}{tag}"));
        id.map(|id| (name, id)).ok_or_else(|| Fault::new("a question needs a key to prove it was asked"))
    }

    /// Hands the client's answer on. One to a question that was not asked in this session is dropped; one that comes too late, or again,
    /// is refused: "if the server cannot accept the input, it MUST return an HTTP error status code" (2025-11-25 basic/transports,
    /// "Sending Messages to the Server").
    pub(crate) async fn take_answer(&self, response: &Response<'_>) -> Result<(), Refusal<'static>> {
        let asked = response.id.as_deref().and_then(|id| id.split_once(TAG_MARK));
        let asked = asked.filter(|(name, tag)| self.key.is_tag(tag, &self.asking(), name.as_bytes()));
        let Some((name, _)) = asked else { return Ok(()) };
        if self.held.answered(&self.id.name, name, response.json).await.map_err(Refusal::fault)? {
            return Ok(());
        }
        let why = "nobody waits for this answer: it was given before, or the call that asked is over";
        Err(Refusal::bad_request(RpcError::invalid_request(why)))
    }

    /// Takes a lease for a call with this request id, whose messages are recorded as the stream `call` and heard on `listener`.
    pub(crate) async fn work_on(
        &self,
        id: RequestId<'_>,
        call: &str,
        listener: &str,
    ) -> Result<Lease, Fault> {
        let lost = RpcError::new(code::INTERNAL_ERROR, LOST);
        let lost = String::from_utf8_lossy(&wire::error(Some(id), &lost)).into_owned();
        self.held.work_on(&self.id.name, call, listener, &lost).await
    }

    /// What the tag of a question is for.
    fn asking(&self) -> String {
        format!("question of {}", self.id.name)
    }

    /// Resolves when the client cancels this request, and only then.
    pub(crate) fn cancelled(&self, id: RequestId<'_>) -> LocalFuture<()> {
        let cancelled = self.held.cancelled(&self.id.name, &digest(id.as_json()));
        with_stable_waker(async move {
            // Where nothing can be heard the request is worked off, as for any client that does not cancel.
            if cancelled.await.is_err() {
                pending::<()>().await;
            }
        })
    }

    pub(crate) fn declares(&self, capability: ClientCapability) -> bool {
        CAPABILITIES
            .iter()
            .position(|known| *known == capability)
            .is_some_and(|index| self.id.capabilities & (1 << index) != 0)
    }
}

/// A place in a stream, as clients repeat it in `Last-Event-ID`.
pub(crate) fn event_id(stream: &str, number: u64) -> String {
    format!("{stream}.{number}")
}

/// The place that an id names; `None` if it is none of ours.
pub(crate) fn read_event_id(id: &str) -> Option<(&str, u64)> {
    let (stream, number) = id.trim().rsplit_once('.')?;
    let named = !stream.is_empty()
        && stream.len() <= 64
        && stream.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    Some((stream, number.parse().ok()?)).filter(|_| named)
}
