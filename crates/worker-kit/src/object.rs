//! What every call to a Durable Object has in common: a time limit, and JSON both ways; and web sockets to one.

use std::{future::Future, pin::pin, time::Duration};

use crate::timer::sleep;
use futures_util::{
    StreamExt,
    future::{Either, select},
};
use serde::{Serialize, de::DeserializeOwned};
use worker::{Method, RequestInit, Stub, WebSocket, WebsocketEvent};

use crate::http::{Failure, Problem};

/// Waits for an object, but not for ever: one that broke in the middle of a request never answers it.
///
/// # Errors
/// 503 after `limit`; the object may or may not have done what it was asked.
pub async fn within<T>(limit: Duration, call: impl Future<Output = worker::Result<T>>) -> Result<T, Failure> {
    match select(pin!(call), sleep(limit)).await {
        Either::Left((answer, _)) => Ok(answer?),
        Either::Right(_) => {
            Err(Problem::unavailable("The server took too long. Look before you try again.", 1).into())
        }
    }
}

/// Asks an object one question, written as JSON. Answers with the status and the body, which the time limit covers too.
///
/// # Errors
/// As [`within`]; 503 when the object says so.
pub async fn ask_bytes(
    stub: &Stub,
    limit: Duration,
    question: &impl Serialize,
) -> Result<(u16, Vec<u8>), Failure> {
    send(stub, limit, serde_json::to_string(question)?).await
}

/// As [`ask_bytes`], for an answer whose body may be long: it comes as the caller reads it.
///
/// # Errors
/// As [`within`], for the time until the answer begins; 503 when the object says so.
pub async fn ask_response(
    stub: &Stub,
    limit: Duration,
    question: &impl Serialize,
) -> Result<worker::Response, Failure> {
    let response = within(limit, stub.fetch_with_request(request(serde_json::to_string(question)?)?)).await?;
    match unavailable(&response)? {
        Some(unavailable) => Err(unavailable.into()),
        None => Ok(response),
    }
}

fn request(question: String) -> worker::Result<worker::Request> {
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(question.into()));
    worker::Request::new_with_init("http://object/", &init)
}

/// Not generic, so that it is compiled once and not again for each kind of question.
async fn send(stub: &Stub, limit: Duration, question: String) -> Result<(u16, Vec<u8>), Failure> {
    let request = request(question)?;
    let answer = async {
        let mut response = stub.fetch_with_request(request).await?;
        let unavailable = unavailable(&response)?;
        Ok((unavailable, (response.status_code(), response.bytes().await?)))
    };
    match within(limit, answer).await? {
        (Some(unavailable), _) => Err(unavailable.into()),
        (None, answer) => Ok(answer),
    }
}

/// What callers are told where an object cannot work with its storage, at the moment or until other code is deployed
/// (`worker_kit::storage`).
fn unavailable(response: &worker::Response) -> worker::Result<Option<Problem>> {
    if response.status_code() != 503 {
        return Ok(None);
    }
    let retry_after = response.headers().get("retry-after")?.and_then(|seconds| seconds.parse().ok());
    let detail = "What this needs cannot be read at the moment. Nothing was lost; try again.";
    Ok(Some(Problem::unavailable(detail, retry_after.unwrap_or(1))))
}

/// Asks an object one question to which it has nothing but an answer.
///
/// # Errors
/// As [`within`]; a fault when the object answers anything but 200.
pub async fn ask<T: DeserializeOwned>(
    stub: &Stub,
    limit: Duration,
    question: &impl Serialize,
) -> Result<T, Failure> {
    match ask_bytes(stub, limit, question).await? {
        (200, body) => Ok(serde_json::from_slice(&body)?),
        (status, _) => Err(Failure::Fault(format!("an object answered {status}"))),
    }
}

/// Opens a WebSocket to an object, at a path and query of its choosing. Gives its answer whatever else the status.
///
/// # Errors
/// As [`within`]; 503 when the object says so.
pub async fn upgrade(stub: &Stub, limit: Duration, path: &str) -> Result<worker::Response, Failure> {
    let request = worker::Request::new(&format!("http://object{path}"), Method::Get)?;
    request.headers().set("upgrade", "websocket")?;
    let response = within(limit, stub.fetch_with_request(request)).await?;
    match unavailable(&response)? {
        Some(unavailable) => Err(unavailable.into()),
        None => Ok(response),
    }
}

/// Waits until an object closes a WebSocket, however long that takes. The object may sleep meanwhile.
///
/// # Errors
/// When there is no WebSocket in the answer, or it breaks.
pub async fn closed(opened: worker::Response) -> Result<(), Failure> {
    let socket =
        opened.websocket().ok_or_else(|| Failure::Fault("an object gave no WebSocket".to_owned()))?;
    let socket = ClosedWhenDropped(socket);
    socket.0.accept()?;
    let mut events = socket.0.events()?;
    while let Some(event) = events.next().await {
        if let WebsocketEvent::Close(_) = event? {
            break;
        }
    }
    Ok(())
}

/// Whoever stops waiting tells the object so.
struct ClosedWhenDropped(WebSocket);

impl Drop for ClosedWhenDropped {
    fn drop(&mut self) {
        // One that is closed already does not mind.
        let _closed = self.0.close(Some(1000), None::<&str>);
    }
}
