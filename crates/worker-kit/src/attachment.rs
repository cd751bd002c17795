//! What an object keeps with a WebSocket while it sleeps. It passes as JSON: with the platform crate's own form, each member would be
//! calls into JavaScript.

use serde::{Serialize, de::DeserializeOwned};
use worker::WebSocket;

/// Keeps a value with a WebSocket, in place of what was kept before.
///
/// # Errors
/// It cannot be written as JSON. The platform's: it is longer than the platform takes (16 KB), or the WebSocket was not accepted.
#[expect(clippy::disallowed_methods, reason = "here it is one text")]
pub fn attach(socket: &WebSocket, value: &impl Serialize) -> crate::Result<()> {
    Ok(socket.serialize_attachment(json::to_string(value)?)?)
}

/// What is kept with a WebSocket; `None` where nothing is, or nothing that was kept [here](attach).
///
/// # Errors
/// It is no `T`.
pub fn attached<T: DeserializeOwned>(socket: &WebSocket) -> crate::Result<Option<T>> {
    Ok(text(socket).as_deref().map(json::from_str).transpose()?)
}

/// Apart from reading it, which is compiled for each type.
#[expect(clippy::disallowed_methods, reason = "here it is one text")]
fn text(socket: &WebSocket) -> Option<String> {
    socket.deserialize_attachment().ok()?
}
