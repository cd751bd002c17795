//! The revisions of the protocol, and which of them knows what.
//!
//! A revision belongs to one of two eras. A *handshake* revision is agreed on once, by `initialize`, and named in the
//! `MCP-Protocol-Version` header from then on. A *stateless* revision is named in every request's `_meta`, and nothing is
//! remembered from one request to the next (2026-07-28, basic/versioning).
//!
//! Handlers never look at a revision to decide what to say: they say everything, and what a revision does not know is
//! left off its wire by the table in [`Feature::since`].

use std::rc::Rc;

/// A revision of the Model Context Protocol, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Revision {
    /// 2024-11-05
    V2024_11_05,
    /// 2025-03-26
    V2025_03_26,
    /// 2025-06-18
    V2025_06_18,
    /// 2025-11-25
    V2025_11_25,
    /// 2026-07-28
    V2026_07_28,
}

/// How a revision is agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// By `initialize`, once.
    Handshake,
    /// By each request's `_meta`.
    Stateless,
}

impl Revision {
    /// Every revision the engine speaks, oldest first.
    pub const ALL: [Self; 5] =
        [Self::V2024_11_05, Self::V2025_03_26, Self::V2025_06_18, Self::V2025_11_25, Self::V2026_07_28];

    /// What `initialize` is answered with when the client asks for a revision that no handshake can give.
    pub const LATEST_HANDSHAKE: Self = Self::V2025_11_25;

    /// What a handshake-era request without `MCP-Protocol-Version` is taken for (2025-06-18, basic/transports,
    /// "Protocol Version Header"). Hosts in use do leave it out after `initialize`, so its absence is never an error.
    pub const WHEN_UNSAID: Self = Self::V2025_03_26;

    /// The revision as it is written on the wire: a date.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2024_11_05 => "2024-11-05",
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }

    /// Reads a revision from the wire; `None` if the engine does not speak it. Letter for letter: a date has one spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|revision| revision.as_str() == text)
    }

    /// The era this revision belongs to.
    pub const fn era(self) -> Era {
        match self {
            Self::V2024_11_05 | Self::V2025_03_26 | Self::V2025_06_18 | Self::V2025_11_25 => Era::Handshake,
            Self::V2026_07_28 => Era::Stateless,
        }
    }

    /// All revisions of one era, newest first, as they are offered to clients.
    pub fn of(era: Era) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().rev().filter(move |revision| revision.era() == era)
    }

    /// Whether this revision's schema has the thing in question.
    pub(crate) fn knows(self, feature: Feature) -> bool {
        self >= feature.since()
    }
}

/// Parts of the wire that not every revision has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Feature {
    AudioContent,
    ToolAnnotations,
    /// The `completions` capability; the method itself is older.
    CompletionsCapability,
    /// `message` on progress notifications.
    ProgressMessages,
    /// `title` on tools, resources, templates and implementations.
    Titles,
    /// `outputSchema` and `structuredContent`, of JSON objects.
    StructuredOutput,
    ResourceLinks,
    /// `elicitation/create`, forms alone.
    Elicitation,
    /// `_meta` on declarations.
    Meta,
    /// `extensions` among capabilities. The schema has them since 2026-07-28; those of handshake revisions are open, and
    /// hosts of MCP Apps look for them there.
    Extensions,
    /// `icons`, and an implementation's `description` and `websiteUrl`.
    Icons,
    /// `elicitation/create` with an address to visit.
    UrlElicitation,
    /// Streams that open with an id to come back to.
    StreamPolling,
    /// Structured output of any JSON type, not objects alone.
    StructuredOutputOfAnyType,
}

impl Feature {
    const fn since(self) -> Revision {
        match self {
            Self::AudioContent
            | Self::ToolAnnotations
            | Self::CompletionsCapability
            | Self::ProgressMessages => Revision::V2025_03_26,
            Self::Titles
            | Self::StructuredOutput
            | Self::ResourceLinks
            | Self::Elicitation
            | Self::Extensions
            | Self::Meta => Revision::V2025_06_18,
            Self::Icons | Self::UrlElicitation | Self::StreamPolling => Revision::V2025_11_25,
            Self::StructuredOutputOfAnyType => Revision::V2026_07_28,
        }
    }
}

/// A text made once for each revision, when that revision is first asked for.
#[derive(Default)]
pub(crate) struct PerRevision {
    v2024_11_05: std::cell::OnceCell<Rc<str>>,
    v2025_03_26: std::cell::OnceCell<Rc<str>>,
    v2025_06_18: std::cell::OnceCell<Rc<str>>,
    v2025_11_25: std::cell::OnceCell<Rc<str>>,
    v2026_07_28: std::cell::OnceCell<Rc<str>>,
}

impl PerRevision {
    /// The text for a revision, written by `write` the first time and kept. A failure is not kept.
    pub(crate) fn get_or_make<E>(
        &self,
        revision: Revision,
        write: impl FnOnce() -> Result<String, E>,
    ) -> Result<&Rc<str>, E> {
        let cell = match revision {
            Revision::V2024_11_05 => &self.v2024_11_05,
            Revision::V2025_03_26 => &self.v2025_03_26,
            Revision::V2025_06_18 => &self.v2025_06_18,
            Revision::V2025_11_25 => &self.v2025_11_25,
            Revision::V2026_07_28 => &self.v2026_07_28,
        };
        if let Some(made) = cell.get() {
            return Ok(made);
        }
        let text = Rc::from(write()?);
        Ok(cell.get_or_init(|| text))
    }
}
