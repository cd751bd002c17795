//! Calls without types, of the one object that does not speak the protocol yet: the list's.

use std::time::Duration;

use serde::Serialize;
use worker::{Method, RequestInit, Stub};

use super::{asked, call::within};
use crate::http::{Failure, Problem};

/// The one object that is asked in this way.
const BINDING: &str = "TODO_LIST";

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
    asked::note(BINDING);
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
    asked::note(BINDING);
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

/// Opens a WebSocket to an object, at a path and query of its choosing. Gives its answer whatever else the status.
///
/// # Errors
/// As [`within`]; 503 when the object says so.
pub async fn upgrade(stub: &Stub, limit: Duration, path: &str) -> Result<worker::Response, Failure> {
    let request = worker::Request::new(&format!("http://object{path}"), Method::Get)?;
    request.headers().set("upgrade", "websocket")?;
    asked::note(BINDING);
    let response = within(limit, stub.fetch_with_request(request)).await?;
    match unavailable(&response)? {
        Some(unavailable) => Err(unavailable.into()),
        None => Ok(response),
    }
}
