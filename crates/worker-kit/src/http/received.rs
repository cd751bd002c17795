//! Responses that were received. The platform crate's own reads at once what hardly anybody asks for.

use wasm_bindgen::{
    JsCast,
    prelude::{JsValue, wasm_bindgen},
};
use worker::{
    Env, WebSocket,
    js_sys::{Promise, futures::JsFuture},
    web_sys,
    worker_sys::ext::ResponseExt,
};

use super::{Body, request::fields_in, stream::bytes_of};

#[wasm_bindgen(module = "/src/http/fetch.js")]
extern "C" {
    #[wasm_bindgen(js_name = fetchFrom)]
    fn fetch_from(env: &JsValue, binding: &str, url: &str, redirect: &str, accept: Option<&str>) -> Promise;
}

/// A response that was received.
pub struct Received(web_sys::Response);

/// Whether a redirect is followed.
#[derive(Clone, Copy)]
pub enum Redirects {
    /// As the platform does.
    Follow,
    /// It is the response.
    Show,
}

/// Fetches from the internet, with GET and without credentials.
///
/// # Errors
/// The platform's.
pub async fn fetch(url: &str, redirects: Redirects, accept: Option<&str>) -> crate::Result<Received> {
    let redirect = match redirects {
        Redirects::Follow => "follow",
        Redirects::Show => "manual",
    };
    Received::of(fetch_from(&JsValue::UNDEFINED, "", url, redirect, accept)).await
}

/// Fetches from a binding of the environment.
///
/// # Errors
/// The platform's, or that there is no such binding.
pub(crate) async fn fetch_from_binding(env: &Env, binding: &str, url: &str) -> crate::Result<Received> {
    Received::of(fetch_from(env, binding, url, "follow", None)).await
}

impl Received {
    pub(crate) async fn of(promise: Promise) -> crate::Result<Self> {
        Ok(Self(JsFuture::from(promise).await?.unchecked_into()))
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.0.status()
    }

    /// The value of a header field.
    pub fn field(&self, name: &str) -> Option<String> {
        self.0.headers().get(name).ok().flatten()
    }

    /// The names, in lower case, and values of the header fields.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        let fields = fields_in(&self.0.headers());
        let fields = fields.split('\n').filter_map(|line| line.split_once(':'));
        fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The bytes of the body: all of them, or more than `limit`, as many as had come by then. The rest is cancelled, and all of it when
    /// this is dropped.
    ///
    /// # Errors
    /// The platform's: whoever sends it went away.
    pub async fn bytes(self, limit: usize) -> crate::Result<Vec<u8>> {
        bytes_of(self.0.body(), limit).await
    }

    /// The body, as it comes.
    pub(crate) fn into_body(self) -> Body {
        self.0.body().map_or(Body::Empty, Body::Stream)
    }

    /// The WebSocket of a response 101.
    pub(crate) fn socket(&self) -> Option<WebSocket> {
        self.0.websocket().map(WebSocket::from)
    }
}
