//! What every call to a Durable Object has in common: a time limit, and JSON both ways.

use std::{future::Future, pin::pin, time::Duration};

use futures_util::future::{Either, select};
use serde::{Serialize, de::DeserializeOwned};
use worker::{Delay, Method, RequestInit, Stub};

use crate::http::{Failure, Problem};

/// Waits for an object, but not for ever: one that broke in the middle of a request never answers it.
///
/// # Errors
/// 503 after `limit`; the object may or may not have done what it was asked.
pub(crate) async fn within<T>(
    limit: Duration,
    call: impl Future<Output = worker::Result<T>>,
) -> Result<T, Failure> {
    match select(pin!(call), pin!(Delay::from(limit))).await {
        Either::Left((answer, _)) => Ok(answer?),
        Either::Right(_) => {
            Err(Problem::unavailable("The server took too long. Look before you try again.").into())
        }
    }
}

/// Asks an object one question, written as JSON. Answers with the status and the body, which the time limit covers too.
///
/// # Errors
/// As [`within`].
pub(crate) async fn ask_bytes(
    stub: &Stub,
    limit: Duration,
    question: &impl Serialize,
) -> Result<(u16, Vec<u8>), Failure> {
    let Answer { status, body, .. } = ask_whole(stub, limit, question).await?;
    Ok((status, body))
}

/// Everything an object says.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The entity tag, where it gives one.
    pub(crate) etag: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// As [`ask_bytes`], with what the answer says about itself.
///
/// # Errors
/// As [`within`].
pub(crate) async fn ask_whole(
    stub: &Stub,
    limit: Duration,
    question: &impl Serialize,
) -> Result<Answer, Failure> {
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
        Ok(Answer { status: response.status_code(), etag, body: response.bytes().await? })
    };
    within(limit, answer).await
}

/// Asks an object one question to which it has nothing but an answer.
///
/// # Errors
/// As [`within`]; a fault when the object answers anything but 200.
pub(crate) async fn ask<T: DeserializeOwned>(
    stub: &Stub,
    limit: Duration,
    question: &impl Serialize,
) -> Result<T, Failure> {
    match ask_bytes(stub, limit, question).await? {
        (200, body) => Ok(serde_json::from_slice(&body)?),
        (status, _) => Err(Failure::Fault(format!("an object answered {status}"))),
    }
}
