//! Calls of objects, each a single call into JavaScript (`fetch.js`). With the platform crate's stub, request and response it would be
//! thirty.

use std::time::Duration;

use wasm_bindgen::{
    JsCast,
    prelude::{JsValue, wasm_bindgen},
};
use worker::{
    Env,
    js_sys::{Array, Promise, futures::JsFuture},
};

use super::wire::Message;
use crate::http::Received;

#[wasm_bindgen(module = "/src/object/fetch.js")]
extern "C" {
    fn ask(env: &JsValue, binding: &str, name: &str, question: &str, limit: f64) -> Promise;
    fn send(env: &JsValue, binding: &str, name: &str, question: &str) -> Promise;
    fn upgrade(env: &JsValue, binding: &str, name: &str, question: &str) -> Promise;
}

/// An object, for one call: after an error the platform requires another stub.
pub(super) struct To {
    pub(super) env: Env,
    pub(super) binding: &'static str,
    pub(super) name: String,
}

impl To {
    /// Asks, and receives what is answered; `None` if that takes longer than `limit`. It is JavaScript that waits for either: a timer of
    /// Rust's would be two more calls and a closure.
    pub(super) async fn ask(self, question: String, limit: Duration) -> crate::Result<Option<Message>> {
        let limit = limit.as_secs_f64() * 1_000.0;
        let answer = JsFuture::from(ask(&self.env, self.binding, &self.name, &question, limit)).await?;
        if let Some(body) = answer.as_string() {
            return Ok(Some(Message::good(body.into_bytes())));
        }
        if answer.is_undefined() {
            return Ok(None);
        }
        let answer: Array = answer.unchecked_into();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
        let number = |place| answer.get(place).as_f64().map_or(0, |number| number as u32);
        Ok(Some(Message {
            status: u16::try_from(number(0)).unwrap_or_default(),
            retry_after: number(1),
            body: answer.get(2).as_string().unwrap_or_default().into_bytes(),
        }))
    }

    /// Asks, and receives the response as it begins.
    pub(super) async fn send(self, question: &str) -> crate::Result<Received> {
        Received::of(send(&self.env, self.binding, &self.name, question)).await
    }

    /// Asks for a WebSocket.
    pub(super) async fn upgrade(self, question: &str) -> crate::Result<Received> {
        Received::of(upgrade(&self.env, self.binding, &self.name, question)).await
    }
}
