//! What a handler knows about the call it answers.

use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::ask::{self, AskError, Elicitation, Elicited, Question, Root, RootList, Sampled, Sampling};
use crate::log::LogLevel;
use crate::revision::{Feature, Revision};
use crate::rounds::Rounds;
use crate::sse::Outbox;
use crate::wire;

/// What an application tells the engine about the caller. Everything is allowed unless it says otherwise.
pub trait Authorize {
    /// Whether the caller has a permission that a tool or resource was declared to require. A hierarchy among
    /// permissions is honoured here.
    fn may(&self, permission: &str) -> bool {
        let _ = permission;
        true
    }

    /// Who the caller is, in any words that name nobody else. What a client carries for one caller is refused from
    /// another; a server whose callers are not told apart leaves it empty.
    #[expect(clippy::unnecessary_literal_bound, reason = "an implementation borrows from itself")]
    fn principal(&self) -> &str {
        ""
    }
}

impl Authorize for () {}

/// Handed to every handler: the application's own context and the particulars of the call. Cheap to clone.
#[derive(Clone)]
pub struct Context<C> {
    app: C,
    call: Rc<Call>,
}

pub(crate) struct Call {
    pub(crate) revision: Revision,
    pub(crate) request_id: Box<str>,
    pub(crate) client: Option<ClientInfo>,
    /// The client's capabilities as JSON; `None` when this request does not tell them.
    pub(crate) capabilities: Option<Box<RawValue>>,
    /// The token for progress notifications, as JSON; `None` if the client wants none.
    pub(crate) progress_token: Option<Box<RawValue>>,
    /// The least level of log messages the client wants; `None` if it wants none.
    pub(crate) log_level: Option<LogLevel>,
    pub(crate) outbox: Rc<Outbox>,
    /// How questions travel; `None` where the client cannot be asked.
    pub(crate) rounds: Option<Rc<Rounds>>,
}

impl<C> Context<C> {
    pub(crate) fn new(app: C, call: Rc<Call>) -> Self {
        Self { app, call }
    }

    /// What the application passed to [`crate::Server::handle`] with this request.
    pub fn app(&self) -> &C {
        &self.app
    }

    /// The revision the answer will be written in. Handlers need it for nothing but telling: what they return is fitted
    /// to the revision by the engine.
    pub fn revision(&self) -> Revision {
        self.call.revision
    }

    /// The request's id, as JSON: `7` or `"a"`.
    pub fn request_id(&self) -> &str {
        &self.call.request_id
    }

    /// Who the client says it is, when the request says so. For display and logs; nothing vouches for it.
    pub fn client(&self) -> Option<&ClientInfo> {
        self.call.client.as_ref()
    }

    /// Whether the client declared a capability with this request. Where it could not declare any, it has none.
    pub fn client_supports(&self, capability: ClientCapability) -> bool {
        self.call
            .capabilities
            .as_ref()
            .and_then(|raw| serde_json::from_str::<DeclaredCapabilities>(raw.get()).ok())
            .is_some_and(|declared| declared.has(capability))
    }

    /// Tells how far the work is, to a client that wants to know: `progress` out of `total`, each time more than before
    /// (2026-07-28 basic/utilities/progress).
    pub fn progress(&self, progress: f64, total: Option<f64>, message: Option<&str>) {
        let Some(token) = &self.call.progress_token else { return };
        let message = message.filter(|_| self.call.revision.knows(Feature::ProgressMessages));
        self.notify("notifications/progress", &Progress { token, done: progress, total, message });
    }

    /// Tells whoever operates the client, if they want messages of this level. `data` is any JSON, most often a sentence.
    pub fn log(&self, level: LogLevel, logger: Option<&str>, data: impl Into<Value>) {
        if self.call.log_level.is_some_and(|least| level >= least) {
            self.notify("notifications/message", &Message { level, logger, data: data.into() });
        }
    }

    fn notify(&self, method: &str, params: &impl Serialize) {
        if let Ok(message) = wire::notification(method, params) {
            self.call.outbox.send(message);
        }
    }

    /// Asks the client's user. `name` tells this question from others of the same handler. Several can be asked at once by
    /// joining the futures.
    ///
    /// # Errors
    /// [`AskError`], to be passed on: it need not mean that the answer will not come.
    pub async fn elicit(&self, name: &str, elicitation: Elicitation) -> Result<Elicited, AskError> {
        self.ask(name, elicitation.question(name, self.call.revision)).await
    }

    /// Asks the client's model; otherwise as [`Self::elicit`].
    ///
    /// # Errors
    /// [`AskError`], to be passed on.
    pub async fn sample(&self, name: &str, sampling: Sampling) -> Result<Sampled, AskError> {
        self.ask(name, sampling.question()).await
    }

    /// Asks the client for its directories; otherwise as [`Self::elicit`].
    ///
    /// # Errors
    /// [`AskError`], to be passed on.
    pub async fn roots(&self, name: &str) -> Result<Vec<Root>, AskError> {
        self.ask::<RootList>(name, ask::roots_question()).await.map(|list| list.roots)
    }

    /// "Servers MUST only send requests for capabilities the client declared" (2026-07-28 basic/patterns/mrtr).
    #[expect(clippy::unused_async, reason = "where the client is asked on a stream, this waits")]
    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        name: &str,
        question: Question,
    ) -> Result<T, AskError> {
        let unsupported = AskError::Unsupported(question.capability);
        if !question.capability.known_in(self.call.revision) || !self.client_supports(question.capability) {
            return Err(unsupported);
        }
        match &self.call.rounds {
            Some(rounds) => rounds.ask(name, question, |answer| serde_json::from_value(answer.clone()).ok()),
            None => Err(unsupported),
        }
    }
}

#[derive(Serialize)]
struct Progress<'a> {
    #[serde(rename = "progressToken")]
    token: &'a RawValue,
    #[serde(rename = "progress")]
    done: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

#[derive(Serialize)]
struct Message<'a> {
    level: LogLevel,
    #[serde(skip_serializing_if = "Option::is_none")]
    logger: Option<&'a str>,
    data: Value,
}

/// The name and version a client gives itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ClientInfo {
    /// Its name, for programs.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its name, for people.
    #[serde(default)]
    pub title: Option<String>,
}

impl ClientInfo {
    /// The name to show to a person.
    pub fn display_name(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

/// Something a client can do for a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientCapability {
    /// Show its user a form.
    Elicitation,
    /// Send its user to an address.
    UrlElicitation,
    /// Run its model.
    Sampling,
    /// Tell the directories it works in.
    Roots,
}

impl ClientCapability {
    /// The capability as a `ClientCapabilities` object that has nothing else.
    pub(crate) fn as_object(self) -> Value {
        match self {
            Self::Elicitation => serde_json::json!({"elicitation": {}}),
            Self::UrlElicitation => serde_json::json!({"elicitation": {"url": {}}}),
            Self::Sampling => serde_json::json!({"sampling": {}}),
            Self::Roots => serde_json::json!({"roots": {}}),
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Elicitation => "elicitation",
            Self::UrlElicitation => "elicitation.url",
            Self::Sampling => "sampling",
            Self::Roots => "roots",
        }
    }
}

#[derive(Deserialize)]
struct DeclaredCapabilities {
    #[serde(default)]
    elicitation: Option<DeclaredElicitation>,
    #[serde(default)]
    sampling: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    roots: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct DeclaredElicitation {
    #[serde(default)]
    form: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    url: Option<serde::de::IgnoredAny>,
}

impl DeclaredCapabilities {
    fn has(&self, capability: ClientCapability) -> bool {
        match capability {
            // "An empty capabilities object is equivalent to declaring support for form mode only."
            ClientCapability::Elicitation => {
                self.elicitation.as_ref().is_some_and(|modes| modes.form.is_some() || modes.url.is_none())
            }
            ClientCapability::UrlElicitation => {
                self.elicitation.as_ref().is_some_and(|modes| modes.url.is_some())
            }
            ClientCapability::Sampling => self.sampling.is_some(),
            ClientCapability::Roots => self.roots.is_some(),
        }
    }
}
