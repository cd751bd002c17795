//! The caller's side.

use std::{future::Future, pin::pin, time::Duration};

use futures_util::future::{Either, select};
use worker::{Env, Response, ResponseBody};

use super::{
    asked,
    document::Document,
    fetch::To,
    question::{Object, Opening, Question, Reading},
    socket::Frames,
    unanswered::Unanswered,
    wire::{self, Message},
};
use crate::{
    http::{Failure, NotNow},
    timer::sleep,
};

/// Asks an object one question.
///
/// # Errors
/// The object's refusal. A problem with status 503 when the object answers that or exceeds [`Object::TIME_LIMIT`]; after the time
/// limit it may or may not have done what it was asked. A fault when it cannot be reached or breaks.
pub async fn ask<Q: Question>(
    env: &Env,
    name: &<Q::Object as Object>::Name,
    question: Q,
) -> Result<Q::Answer, Unanswered<<Q::Object as Object>::Refusal>> {
    send::<Q::Object>(env, name, question.into_asked()).await?.read()
}

/// Opens a WebSocket to an object. Returns the stream of its frames.
///
/// # Errors
/// As [`ask`].
pub async fn open<O: Opening>(
    env: &Env,
    name: &<O::Object as Object>::Name,
    opening: O,
) -> Result<Frames<O::Frame>, Unanswered<<O::Object as Object>::Refusal>> {
    Ok(Frames::of(relay(env, name, opening).await?)?)
}

/// As [`open`], for a caller that passes the WebSocket on to its own client: returns the response 101. The frames are not read here.
///
/// # Errors
/// As [`ask`].
pub async fn relay<O: Opening>(
    env: &Env,
    name: &<O::Object as Object>::Name,
    opening: O,
) -> Result<Response, Unanswered<<O::Object as Object>::Refusal>> {
    let to = to::<O::Object>(env, name);
    let opening = serde_json::to_string(&opening.into_asked())?;
    match upgrade(to, O::Object::TIME_LIMIT, opening).await? {
        // A response of its own: the headers of one that was received cannot be added to.
        Either::Left(opened) => {
            let socket =
                opened.websocket().ok_or("an object gave no WebSocket").map_err(worker::Error::from)?;
            Ok(Response::from_websocket(socket)?)
        }
        Either::Right(message) => Err(message.not_answered()),
    }
}

/// Reads a document of an object. [`Object::TIME_LIMIT`] applies until the response begins; the object limits the rest.
///
/// # Errors
/// As [`ask`].
pub async fn read<R: Reading>(
    env: &Env,
    name: &<R::Object as Object>::Name,
    reading: R,
) -> Result<Document<R::Of>, Unanswered<<R::Object as Object>::Refusal>> {
    let to = to::<R::Object>(env, name);
    let reading = serde_json::to_string(&reading.into_asked())?;
    match begin(to, R::Object::TIME_LIMIT, reading).await? {
        Either::Left((version, Some(body))) => Ok(Document::new(version, body)),
        Either::Left((version, None)) => Ok(Document::known(version)),
        Either::Right(message) => Err(message.not_answered()),
    }
}

/// Awaits a call, for `limit` at most: an object that breaks in the middle of a request never answers it.
///
/// # Errors
/// A problem with status 503 after `limit`; the call may or may not have been carried out. A fault if the call fails.
pub async fn within<T>(limit: Duration, call: impl Future<Output = worker::Result<T>>) -> Result<T, Failure> {
    match select(pin!(call), sleep(limit)).await {
        Either::Left((answer, _)) => Ok(answer?),
        Either::Right(_) => {
            Err(NotNow::unavailable("The server took too long. Look before you try again.", 1).into())
        }
    }
}

/// The object of that name, for one call, which is counted.
fn to<'a, O: Object>(env: &'a Env, name: &O::Name) -> To<'a> {
    asked::note(O::BINDING);
    To { env, binding: O::BINDING, name: O::name(name).into_owned() }
}

/// Sends a question. Compiled once for each kind of object, and not for each question.
async fn send<O: Object>(env: &Env, name: &O::Name, asked: O::Asked) -> Result<Message, Failure> {
    let question = serde_json::to_string(&asked)?;
    within(O::TIME_LIMIT, to::<O>(env, name).ask(question)).await
}

/// Sends a question that opens a WebSocket. Returns its response, or the message that the object sent instead.
async fn upgrade(to: To<'_>, limit: Duration, opening: String) -> Result<Either<Response, Message>, Failure> {
    within(limit, async {
        let response = to.upgrade(&opening).await?;
        match response.status_code() {
            101 => Ok(Either::Left(response)),
            _ => Message::received(response).await.map(Either::Right),
        }
    })
    .await
}

/// Sends a question for a document. Returns its version and body (none with 304), or the message that the object sent instead.
async fn begin(
    to: To<'_>,
    limit: Duration,
    reading: String,
) -> Result<Either<(u64, Option<ResponseBody>), Message>, Failure> {
    within(limit, async {
        let response = to.send(&reading).await?;
        match wire::version(&response)? {
            Some(version) => Ok(Either::Left((version, wire::body(&response)))),
            None => Message::received(response).await.map(Either::Right),
        }
    })
    .await
}
