//! What a tool can show: the content blocks of the protocol (2026-07-28 server/tools, "Tool Result").
//!
//! A block that a revision does not know is shown to its clients as the nearest text.

use serde::Serialize;

use crate::declare::resource::ResourceEntry;
use crate::model::base64;
use crate::model::contents::ResourceContents;
use crate::model::revision::{Feature, Revision};

/// One block of content.
#[derive(Clone, Debug)]
pub enum Content {
    /// Words.
    Text(String),
    /// A picture.
    Image {
        /// Its bytes.
        data: Vec<u8>,
        /// Its type, such as `image/png`.
        mime_type: String,
    },
    /// A sound.
    Audio {
        /// Its bytes.
        data: Vec<u8>,
        /// Its type, such as `audio/wav`.
        mime_type: String,
    },
    /// A resource, contents and all.
    Resource(ResourceContents),
    /// Where a resource can be read.
    ResourceLink(ResourceEntry),
}

impl Content {
    /// A block of words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A picture.
    pub fn image(mime_type: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self::Image { data: data.into(), mime_type: mime_type.into() }
    }

    /// A sound.
    pub fn audio(mime_type: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self::Audio { data: data.into(), mime_type: mime_type.into() }
    }

    /// This block in the form that a revision has for it.
    pub(crate) fn wire(&self, revision: Revision) -> Block<'_> {
        match self {
            Self::Text(text) => Block::Text { text: text.into() },
            Self::Image { data, mime_type } => Block::Image { data: base64::encode(data), mime_type },
            Self::Audio { data, mime_type } if revision.knows(Feature::AudioContent) => {
                Block::Audio { data: base64::encode(data), mime_type }
            }
            Self::Audio { mime_type, .. } => Block::Text { text: format!("[{mime_type}]").into() },
            Self::Resource(contents) => Block::Resource { resource: contents.wire(revision) },
            Self::ResourceLink(entry) if revision.knows(Feature::ResourceLinks) => {
                Block::ResourceLink { entry: entry.wire(revision) }
            }
            Self::ResourceLink(entry) => {
                Block::Text { text: format!("{}: {}", entry.display_name(), entry.uri).into() }
            }
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(crate) enum Block<'a> {
    Text {
        text: std::borrow::Cow<'a, str>,
    },
    Image {
        data: String,
        mime_type: &'a str,
    },
    Audio {
        data: String,
        mime_type: &'a str,
    },
    Resource {
        resource: crate::model::contents::ContentsWire<'a>,
    },
    ResourceLink {
        #[serde(flatten)]
        entry: crate::declare::resource::EntryWire<'a>,
    },
}
