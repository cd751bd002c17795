//! What an object keeps with a WebSocket while it sleeps. It passes as JSON: with the platform crate's own form, each member would be
//! calls into JavaScript. That form would also be the only one that can say of a number that it is none of what was wanted: `core`'s
//! writing of numbers with a fraction, which nothing else asks for, was 1.5 % of the upload.

use serde::{Serialize, de::DeserializeOwned};
use worker::{WebSocket, wasm_bindgen::JsValue, worker_sys::ext::WebSocketExt};

/// Keeps a value with a WebSocket, in place of what was kept before.
///
/// # Errors
/// It cannot be written as JSON. The platform's: it is longer than the platform takes (16 KB), or the WebSocket was not accepted.
pub fn attach(socket: &WebSocket, value: &impl Serialize) -> crate::Result<()> {
    Ok(socket.as_ref().serialize_attachment(JsValue::from_str(&json::to_string(value)?))?)
}

/// What is kept with a WebSocket; `None` where nothing is, or nothing that was kept [here](attach).
///
/// # Errors
/// It is no `T`.
pub fn attached<T: DeserializeOwned>(socket: &WebSocket) -> crate::Result<Option<T>> {
    Ok(text(socket).as_deref().map(json::from_str).transpose()?)
}

/// Apart from reading it, which is compiled for each type.
fn text(socket: &WebSocket) -> Option<String> {
    socket.as_ref().deserialize_attachment().ok()?.as_string()
}
