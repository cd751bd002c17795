//! What a handler knows about the call it answers.

use std::rc::Rc;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::revision::Revision;

/// What an application tells the engine about the caller. Everything is allowed unless it says otherwise.
pub trait Authorize {
    /// Whether the caller has a permission that a tool or resource was declared to require. A hierarchy among
    /// permissions is honoured here.
    fn may(&self, permission: &str) -> bool {
        let _ = permission;
        true
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
    /// Ask its user a question.
    Elicitation,
    /// Run its model.
    Sampling,
    /// Tell the directories it works in.
    Roots,
}

impl ClientCapability {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Elicitation => "elicitation",
            Self::Sampling => "sampling",
            Self::Roots => "roots",
        }
    }
}

#[derive(Deserialize)]
struct DeclaredCapabilities {
    #[serde(default)]
    elicitation: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    sampling: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    roots: Option<serde::de::IgnoredAny>,
}

impl DeclaredCapabilities {
    fn has(&self, capability: ClientCapability) -> bool {
        match capability {
            ClientCapability::Elicitation => self.elicitation.is_some(),
            ClientCapability::Sampling => self.sampling.is_some(),
            ClientCapability::Roots => self.roots.is_some(),
        }
    }
}
