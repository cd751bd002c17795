//! Calls without types, of the one object that does not speak the protocol yet: the list's.

use std::time::Duration;

use futures_util::StreamExt;
use serde::{Serialize, de::DeserializeOwned};
use worker::{Method, RequestInit, Stub, WebSocket, WebsocketEvent};

use super::call::within;
use crate::http::{Failure, Problem};

/// Asks an object one question, written as JSON. Answers with the status and the body, which the time limit covers too.
///
/// # Errors
/// As [`within`]; 503 when the object says so.
pub async fn ask_bytes(
    stub: &Stub,
    limit: Duration,
    question: &impl Serialize,
) -> Result<(u16, Vec<u8>), Failure> {
    let Answer { status, body, .. } = ask_whole(stub, limit, question).await?;
    Ok((status, body))
}

/// Everything an object says. Its 503 is a failure already.
pub struct Answer {
    pub status: u16,
    /// The entity tag, where it gives one.
    pub etag: Option<String>,
    pub body: Vec<u8>,
}

/// As [`ask_bytes`], with what the answer says about itself.
///
/// # Errors
/// As [`within`]; 503 when the object says so.
pub async fn ask_whole(stub: &Stub, limit: Duration, question: &impl Serialize) -> Result<Answer, Failure> {
    send(stub, limit, serde_json::to_string(question)?).await
}

/// Not generic, so that it is compiled once and not again for each kind of question.
async fn send(stub: &Stub, limit: Duration, question: String) -> Result<Answer, Failure> {
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(question.into()));
    let request = worker::Request::new_with_init("http://object/", &init)?;
    let answer = async {
        let mut response = stub.fetch_with_request(request).await?;
        let etag = response.headers().get("etag")?;
        let unavailable = unavailable(&response)?;
        Ok((unavailable, Answer { status: response.status_code(), etag, body: response.bytes().await? }))
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
