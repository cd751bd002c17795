//! What a client says of itself: its name, and what it can do for a server (2026-07-28 basic/index, "`_meta`"; 2025-11-25
//! basic/lifecycle, "Capability Negotiation").

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::model::revision::{Feature, Revision};

/// The name and version a client gives itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

    /// Itself, unless a part of it is longer than `limit` bytes.
    pub(crate) fn shortened(self, limit: usize) -> Option<Self> {
        let parts = [&self.name, &self.version, self.title.as_ref().unwrap_or(&self.name)];
        parts.iter().all(|part| part.len() <= limit).then_some(self)
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
        let nothing = || json::object(vec![]);
        match self {
            Self::Elicitation => json::object(vec![("elicitation", nothing())]),
            Self::UrlElicitation => {
                json::object(vec![("elicitation", json::object(vec![("url", nothing())]))])
            }
            Self::Sampling => json::object(vec![("sampling", nothing())]),
            Self::Roots => json::object(vec![("roots", nothing())]),
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

impl ClientCapability {
    /// Whether a revision knows of it at all.
    pub(crate) fn known_in(self, revision: Revision) -> bool {
        match self {
            Self::Elicitation => revision.knows(Feature::Elicitation),
            Self::UrlElicitation => revision.knows(Feature::UrlElicitation),
            Self::Sampling | Self::Roots => true,
        }
    }
}

#[derive(Deserialize, Default)]
pub(crate) struct DeclaredCapabilities {
    #[serde(default)]
    elicitation: Option<DeclaredElicitation>,
    #[serde(default)]
    sampling: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    roots: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    pub(crate) extensions: Map<String, Value>,
}

impl DeclaredCapabilities {
    /// What cannot be read declares nothing.
    pub(crate) fn read(raw: &RawValue) -> Self {
        json::from_str(raw.get()).unwrap_or_default()
    }

    pub(crate) fn has_extension(&self, name: &str) -> bool {
        self.extensions.contains_key(name)
    }

    pub(crate) fn has(&self, capability: ClientCapability) -> bool {
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

#[derive(Deserialize)]
struct DeclaredElicitation {
    #[serde(default)]
    form: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    url: Option<serde::de::IgnoredAny>,
}
