//! Which era a request belongs to, and which revision of the handshake era.
//!
//! Spec: 2026-07-28 basic/versioning, "Backward Compatibility with Initialization-Based Versions": one endpoint may serve
//! both; a request that carries the stateless `_meta` is stateless, and an `initialize` without it opens a handshake.

use crate::checks::envelope::RequestMeta;
use crate::model::error::{RpcError, code};
use crate::model::failure::Refusal;
use crate::model::revision::{Era, Revision};

/// The era of one request or notification.
///
/// The envelope decides where there is one. Where there is none, the header does, so that a stateless client which
/// forgot its `_meta` is told about `_meta`. `initialize` always means a handshake: a client that tried the stateless
/// era first may still be sending its header.
pub(crate) fn of(method: &str, header: Option<&str>, meta: &RequestMeta<'_>) -> Era {
    if meta.names_a_revision() || (is_stateless(header) && method != "initialize") {
        Era::Stateless
    } else {
        Era::Handshake
    }
}

/// Whether the header says so.
pub(crate) fn is_stateless(header: Option<&str>) -> bool {
    header.and_then(Revision::parse).is_some_and(|revision| revision.era() == Era::Stateless)
}

/// The handshake revision a request is to be read by: what the header says, [`Revision::WHEN_UNSAID`] without it.
///
/// "If the server receives a request with an invalid or unsupported `MCP-Protocol-Version`, it MUST respond with 400 Bad
/// Request." (2025-06-18 basic/transports, "Protocol Version Header")
pub(crate) fn handshake_revision(header: Option<&str>) -> Result<Revision, Refusal<'static>> {
    let Some(header) = header else { return Ok(Revision::WHEN_UNSAID) };
    Revision::parse(header).filter(|revision| revision.era() == Era::Handshake).ok_or_else(|| {
        let supported: Vec<_> = Revision::ALL.into_iter().rev().map(Revision::as_str).collect();
        Refusal::bad_request(RpcError::new(
            code::TRANSPORT,
            format!("Unsupported MCP-Protocol-Version; supported: {}", supported.join(", ")),
        ))
    })
}

/// What `initialize` is answered with: the revision asked for if a handshake can give it, else the newest that one can.
/// Never an error (2025-11-25 basic/lifecycle, "Version Negotiation").
pub(crate) fn negotiate(requested: &str) -> Revision {
    Revision::parse(requested)
        .filter(|revision| revision.era() == Era::Handshake)
        .unwrap_or(Revision::LATEST_HANDSHAKE)
}

/// Batches are of 2025-03-26 alone (2025-03-26 basic/transports, "Sending Messages to the Server" 3; removed by
/// 2025-06-18). Asked of what the header says, and of what the session agreed on.
pub(crate) fn check_batch(revision: Option<Revision>) -> Result<(), Refusal<'static>> {
    match revision {
        Some(Revision::V2025_03_26) => Ok(()),
        _ => Err(Refusal::bad_request(RpcError::invalid_request(
            "the body must be a single message: only revision 2025-03-26 has batches",
        ))),
    }
}
