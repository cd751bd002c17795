//! Bodies that arrive in pieces, read by the platform itself (`stream.js`). By way of the platform crate's streams each piece would take
//! several calls into JavaScript, and their code three kilobytes of the upload.

use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::{
    js_sys::{Promise, Uint8Array, futures::JsFuture},
    web_sys::ReadableStream,
};

#[wasm_bindgen(module = "/src/http/stream.js")]
extern "C" {
    type Reading;

    #[wasm_bindgen(constructor, catch)]
    fn new(body: &JsValue) -> Result<Reading, JsValue>;

    #[wasm_bindgen(method)]
    fn bytes(this: &Reading, limit: f64) -> Promise;

    #[wasm_bindgen(method)]
    fn cancel(this: &Reading);
}

/// Ends the reading with whatever waits for it, such as when its time is over.
struct Cancelling(Reading);

impl Drop for Cancelling {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// The bytes of a body: all of them, or more than `limit`, as many as had come by then. The rest is cancelled, and all of it when this is
/// dropped.
///
/// # Errors
/// The platform's: the body has been read, or whoever sends it went away.
pub(super) async fn bytes_of(body: Option<ReadableStream>, limit: usize) -> crate::Result<Vec<u8>> {
    let reading = Cancelling(Reading::new(&body.into())?);
    #[expect(clippy::cast_precision_loss, reason = "no limit has so many digits")]
    let bytes = JsFuture::from(reading.0.bytes(limit as f64)).await?;
    Ok(bytes.unchecked_into::<Uint8Array>().to_vec())
}
