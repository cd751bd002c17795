//! What is read from a resource, and what a tool or prompt may enclose of one (2026-07-28 server/resources, "Resource
//! Contents").

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::base64;
use crate::model::implementation::known_meta;
use crate::model::revision::Revision;

/// What stands at an address.
#[derive(Clone, Debug)]
pub struct ResourceContents {
    uri: String,
    mime_type: Option<String>,
    data: Data,
    meta: Map<String, Value>,
}

#[derive(Clone, Debug)]
enum Data {
    Text(String),
    Blob(Vec<u8>),
}

impl ResourceContents {
    /// Text.
    pub fn text(uri: impl Into<String>, mime_type: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            mime_type: Some(mime_type.into()),
            data: Data::Text(text.into()),
            meta: Map::new(),
        }
    }

    /// Bytes.
    pub fn blob(uri: impl Into<String>, mime_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            uri: uri.into(),
            mime_type: Some(mime_type.into()),
            data: Data::Blob(bytes.into()),
            meta: Map::new(),
        }
    }

    /// A member of its `_meta`, as [`crate::Tool::meta`].
    #[must_use]
    pub fn meta(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.meta.insert(name.into(), value.into());
        self
    }

    pub(crate) fn wire(&self, revision: Revision) -> ContentsWire<'_> {
        let (text, blob) = match &self.data {
            Data::Text(text) => (Some(text.as_str()), None),
            Data::Blob(bytes) => (None, Some(base64::encode(bytes))),
        };
        let meta = known_meta(&self.meta, revision);
        ContentsWire { uri: &self.uri, mime_type: self.mime_type.as_deref(), text, blob, meta }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContentsWire<'a> {
    uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blob: Option<String>,
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    meta: Option<&'a Map<String, Value>>,
}
