//! What is read from a resource, and what a tool or prompt may enclose of one (2026-07-28 server/resources, "Resource
//! Contents").

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

/// What stands at an address.
#[derive(Clone, Debug)]
pub struct ResourceContents {
    uri: String,
    mime_type: Option<String>,
    data: Data,
}

#[derive(Clone, Debug)]
enum Data {
    Text(String),
    Blob(Vec<u8>),
}

impl ResourceContents {
    /// Text.
    pub fn text(uri: impl Into<String>, mime_type: impl Into<String>, text: impl Into<String>) -> Self {
        Self { uri: uri.into(), mime_type: Some(mime_type.into()), data: Data::Text(text.into()) }
    }

    /// Bytes.
    pub fn blob(uri: impl Into<String>, mime_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { uri: uri.into(), mime_type: Some(mime_type.into()), data: Data::Blob(bytes.into()) }
    }

    pub(crate) fn wire(&self) -> ContentsWire<'_> {
        let (text, blob) = match &self.data {
            Data::Text(text) => (Some(text.as_str()), None),
            Data::Blob(bytes) => (None, Some(STANDARD.encode(bytes))),
        };
        ContentsWire { uri: &self.uri, mime_type: self.mime_type.as_deref(), text, blob }
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
}
