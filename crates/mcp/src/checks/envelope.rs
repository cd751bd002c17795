//! The envelope of a stateless request: what `params._meta` must say (2026-07-28 basic/index, "`_meta`").

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::client::ClientInfo;
use crate::model::error::RpcError;
use crate::model::failure::Refusal;
use crate::model::jsonrpc::{object, string};
use crate::model::log_level::LogLevel;
use crate::model::revision::{Era, Revision};

/// The members of `params._meta` that the protocol defines, not yet judged.
#[derive(Deserialize, Default)]
pub(crate) struct RequestMeta<'a> {
    #[serde(borrow, default, rename = "io.modelcontextprotocol/protocolVersion")]
    protocol_version: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "io.modelcontextprotocol/clientCapabilities")]
    client_capabilities: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "io.modelcontextprotocol/clientInfo")]
    client_info: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "io.modelcontextprotocol/logLevel")]
    log_level: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "progressToken")]
    progress_token: Option<&'a RawValue>,
}

impl<'a> RequestMeta<'a> {
    /// `_meta` is an object or absent; anything else is -32602.
    pub(crate) fn read(raw: Option<&'a RawValue>) -> Result<Self, RpcError> {
        raw.map_or_else(
            || Ok(Self::default()),
            |raw| {
                object(raw.get()).map_err(|error| RpcError::invalid_params(&format!("params._meta: {error}")))
            },
        )
    }

    /// The token under which the client wants to hear of progress: a string or an integer, and of a length that can be
    /// repeated with every step. Anything else asks for nothing.
    pub(crate) fn progress_token(&self) -> Option<&'a RawValue> {
        self.progress_token.filter(|raw| crate::model::request_id::RequestId::read(raw).is_some())
    }

    /// The least level of log messages the client wants of this request. One that is unknown asks for nothing.
    pub(crate) fn log_level(&self) -> Option<LogLevel> {
        self.log_level.and_then(|raw| json::from_str(raw.get()).ok())
    }

    pub(crate) fn names_a_revision(&self) -> bool {
        self.protocol_version.is_some()
    }
}

/// An envelope with everything a stateless request must say.
pub(crate) struct Envelope<'a> {
    pub(crate) requested: Cow<'a, str>,
    pub(crate) capabilities: &'a RawValue,
    pub(crate) client: Option<ClientInfo>,
}

/// Protocol version and client capabilities are required, of the right types: else 400 and -32602. The client's name is
/// not, and "servers MUST NOT require it"; one that cannot be read counts as none.
pub(crate) fn check<'a>(meta: &RequestMeta<'a>) -> Result<Envelope<'a>, Refusal<'static>> {
    let required = |name: &str, kind: &str| {
        Refusal::bad_request(RpcError::invalid_params(&format!(
            "params._meta[\"io.modelcontextprotocol/{name}\"] is required and must be {kind}"
        )))
    };
    Ok(Envelope {
        requested: meta
            .protocol_version
            .and_then(string)
            .ok_or_else(|| required("protocolVersion", "a string"))?,
        capabilities: meta
            .client_capabilities
            .filter(|raw| raw.get().starts_with('{'))
            .ok_or_else(|| required("clientCapabilities", "an object"))?,
        client: meta.client_info.and_then(|raw| object(raw.get()).ok()),
    })
}

/// A stateless revision that is spoken here, or 400 and -32022 (basic/versioning, "Protocol Version Negotiation"). A
/// handshake revision is refused too: no handshake was made.
pub(crate) fn revision(requested: &str) -> Result<Revision, Refusal<'static>> {
    Revision::parse(requested)
        .filter(|revision| revision.era() == Era::Stateless)
        .ok_or_else(|| Refusal::bad_request(RpcError::unsupported_version(requested)))
}
