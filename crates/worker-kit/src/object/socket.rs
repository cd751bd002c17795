//! Both ends of a WebSocket between an object and its caller. The object may sleep while it is open, however long that is.

use std::{
    cell::RefCell,
    collections::VecDeque,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use worker::{Response, WebSocket, WebSocketPair, WebsocketEvent};

use super::question::Opening;

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
    pub(super) fn into_response(self) -> crate::Result<Response> {
        Ok(Response::from_websocket(self.socket)?)
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
    /// The frames of the WebSocket in a response.
    pub(super) fn of(opened: Response) -> crate::Result<Self> {
        let socket = opened.websocket().ok_or("an object gave no WebSocket")?;
        Ok(Self { texts: Texts::of(socket), of: PhantomData })
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

/// The texts of a WebSocket. Not generic, so that it is compiled once.
struct Texts {
    pump: Option<Pin<Box<dyn Future<Output = ()>>>>,
    arrived: Rc<RefCell<VecDeque<String>>>,
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
        let arrived = Rc::new(RefCell::new(VecDeque::new()));
        let queue = Rc::clone(&arrived);
        let mut pump: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async move {
            let socket = Closing(socket);
            let (Ok(()), Ok(mut events)) = (socket.0.accept(), socket.0.events()) else { return };
            while let Some(Ok(WebsocketEvent::Message(message))) = events.next().await {
                if let (Some(text), Ok(mut queue)) = (message.text(), queue.try_borrow_mut()) {
                    queue.push_back(text);
                }
            }
        });
        // It listens from here on, and not only when it is read for the first time: what came until then would be lost, and a socket
        // that nobody ever reads would stay open.
        let is_over = pump.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        Self { pump: (!is_over).then_some(pump), arrived }
    }

    fn arrival(&self) -> Option<String> {
        self.arrived.try_borrow_mut().ok()?.pop_front()
    }
}

impl Stream for Texts {
    type Item = String;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<String>> {
        if let Some(text) = self.arrival() {
            return Poll::Ready(Some(text));
        }
        if let Some(pump) = &mut self.pump
            && pump.as_mut().poll(task).is_ready()
        {
            self.pump = None;
        }
        match (self.arrival(), &self.pump) {
            (Some(text), _) => Poll::Ready(Some(text)),
            (None, Some(_)) => Poll::Pending,
            (None, None) => Poll::Ready(None),
        }
    }
}
