//! Both ends of a WebSocket between an object and its caller. The object may sleep while it is open, however long that is.

use std::{
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_util::{FutureExt, Stream, StreamExt};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::{
    WebSocket, WebSocketPair,
    js_sys::{Promise, futures::JsFuture},
    web_sys,
};

use super::question::Opening;
use crate::http::{Body, Response};

/// Makes a WebSocket: the end for the caller, to be passed to [`accept`](super::accept), and the object's own.
///
/// # Errors
/// The platform's.
pub fn socket_pair<O: Opening>() -> crate::Result<(CallerEnd<O>, ObjectEnd<O>)> {
    let WebSocketPair { client, server } = WebSocketPair::new()?;
    Ok((CallerEnd { socket: client, of: PhantomData }, ObjectEnd::of(server)))
}

/// The caller's end, not yet sent to it.
pub struct CallerEnd<O> {
    socket: WebSocket,
    of: PhantomData<fn(O)>,
}

impl<O> CallerEnd<O> {
    pub(super) fn into_response(self) -> Response {
        Response::new(101, Body::Socket(self.socket))
    }
}

/// The object's end.
pub struct ObjectEnd<O> {
    socket: WebSocket,
    of: PhantomData<fn(O)>,
}

impl<O: Opening> ObjectEnd<O> {
    /// Wraps a WebSocket that the platform has hibernated. Its tag must say that it was opened by an `O`.
    pub fn of(socket: WebSocket) -> Self {
        Self { socket, of: PhantomData }
    }

    /// Sends one frame.
    ///
    /// # Errors
    /// The platform's.
    pub fn send(&self, frame: &O::Frame) -> crate::Result<()> {
        Ok(self.socket.send_with_str(json::to_string(frame)?)?)
    }

    /// Sends a frame that is already serialized, so that many sockets can share it.
    ///
    /// # Errors
    /// The platform's.
    pub fn send_written(&self, frame: &Frame<O>) -> crate::Result<()> {
        Ok(self.socket.send_with_str(&frame.json)?)
    }

    /// The platform's socket, for tags and attachments.
    pub fn platform(&self) -> &WebSocket {
        &self.socket
    }
}

/// One serialized frame.
pub struct Frame<O> {
    json: String,
    of: PhantomData<fn(O)>,
}

impl<O: Opening> Frame<O> {
    /// Serializes a frame.
    ///
    /// # Errors
    /// The frame cannot be written as JSON.
    pub fn of(frame: &O::Frame) -> json::Result<Self> {
        Ok(Self { json: json::to_string(frame)?, of: PhantomData })
    }
}

/// The frames that an object sends, until either side closes the WebSocket. A frame that cannot be parsed ends the stream.
/// Dropping this closes the WebSocket.
///
/// The platform's own stream borrows the socket; this one owns it.
pub struct Frames<F> {
    texts: Texts,
    of: PhantomData<fn() -> F>,
}

impl<F: DeserializeOwned> Frames<F> {
    pub(super) fn of(socket: WebSocket) -> Self {
        Self { texts: Texts::of(socket), of: PhantomData }
    }

    /// Waits until the WebSocket is closed; frames are discarded.
    pub async fn ended(mut self) {
        while self.texts.next().await.is_some() {}
    }
}

impl<F: DeserializeOwned> Stream for Frames<F> {
    type Item = F;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<F>> {
        self.texts.poll_next_unpin(task).map(|text| json::from_str(&text?).ok())
    }
}

#[wasm_bindgen(module = "/src/object/socket.js")]
extern "C" {
    type Arrivals;

    #[wasm_bindgen(constructor, catch)]
    fn new(socket: &web_sys::WebSocket) -> Result<Arrivals, JsValue>;

    #[wasm_bindgen(method)]
    fn next(this: &Arrivals) -> Promise;
}

/// The texts of a WebSocket. Not generic, so that it is compiled once. It listens from the beginning, and not only when it is read for the
/// first time: what came until then would be lost, and a socket that nobody ever reads would stay open.
struct Texts {
    /// `None` when there are no more.
    arrivals: Option<Arrivals>,
    next: Option<JsFuture>,
    _closing: Closing,
}

/// Closes a socket with whatever holds this.
struct Closing(WebSocket);

impl Drop for Closing {
    fn drop(&mut self) {
        // One that is closed already does not mind.
        let _closed = self.0.close(Some(1000), None::<&str>);
    }
}

impl Texts {
    fn of(socket: WebSocket) -> Self {
        Self { arrivals: Arrivals::new(socket.as_ref()).ok(), next: None, _closing: Closing(socket) }
    }
}

impl Stream for Texts {
    type Item = String;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<String>> {
        let Self { arrivals: Some(arrivals), next, .. } = &mut *self else { return Poll::Ready(None) };
        let text = ready!(next.get_or_insert_with(|| arrivals.next().into()).poll_unpin(task));
        self.next = None;
        let text = text.ok().and_then(|text| text.as_string());
        if text.is_none() {
            self.arrivals = None;
        }
        Poll::Ready(text)
    }
}
