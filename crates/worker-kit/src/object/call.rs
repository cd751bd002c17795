//! The caller's side.

use std::{future::Future, pin::pin, time::Duration};

use futures_util::future::{Either, select};
use worker::{Env, Response, ResponseBody, Stub};

use super::{
    asked,
    document::Document,
    question::{Object, Opening, Question, Reading},
    socket::Frames,
    unanswered::Unanswered,
    wire::{self, Message},
};
use crate::{
    http::{Failure, Problem},
    timer::sleep,
};

/// Asks an object one question.
///
/// # Errors
/// What it refuses; 503 when it says "not now" or takes too long, in which case it may or may not have done what it was asked; a
/// fault when it cannot be reached or breaks.
pub async fn ask<Q: Question>(
    env: &Env,
    name: &<Q::Object as Object>::Name,
    question: Q,
) -> Result<Q::Answer, Unanswered<<Q::Object as Object>::Refusal>> {
    let stub = stub::<Q::Object>(env, name)?;
    let question = serde_json::to_string(&question.into_asked())?;
    post(stub, Q::Object::TIME_LIMIT, question).await?.read()
}

/// Has an object open a WebSocket, and gives what is sent on it.
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

/// As [`open`], for a caller that was asked for a WebSocket itself: the response that hands it on. Nobody reads it on the way.
///
/// # Errors
/// As [`ask`].
pub async fn relay<O: Opening>(
    env: &Env,
    name: &<O::Object as Object>::Name,
    opening: O,
) -> Result<Response, Unanswered<<O::Object as Object>::Refusal>> {
    let stub = stub::<O::Object>(env, name)?;
    let opening = serde_json::to_string(&opening.into_asked())?;
    match upgrade(stub, O::Object::TIME_LIMIT, opening).await? {
        Either::Left(opened) => Ok(opened),
        Either::Right(message) => Err(message.not_answered()),
    }
}

/// Has an object read a document out. Its time limit is for the beginning; how long the rest may take is the object's to say.
///
/// # Errors
/// As [`ask`].
pub async fn read<R: Reading>(
    env: &Env,
    name: &<R::Object as Object>::Name,
    reading: R,
) -> Result<Document<R::Of>, Unanswered<<R::Object as Object>::Refusal>> {
    let stub = stub::<R::Object>(env, name)?;
    let reading = serde_json::to_string(&reading.into_asked())?;
    match begin(stub, R::Object::TIME_LIMIT, reading).await? {
        Either::Left((version, Some(body))) => Ok(Document::new(version, body)),
        Either::Left((version, None)) => Ok(Document::known(version)),
        Either::Right(message) => Err(message.not_answered()),
    }
}

/// Waits for an object, or for anybody else, but not for ever: an object that broke in the middle of a request never answers it.
///
/// # Errors
/// 503 after `limit`; what was asked may or may not have been done.
pub async fn within<T>(limit: Duration, call: impl Future<Output = worker::Result<T>>) -> Result<T, Failure> {
    match select(pin!(call), sleep(limit)).await {
        Either::Left((answer, _)) => Ok(answer?),
        Either::Right(_) => {
            Err(Problem::unavailable("The server took too long. Look before you try again.", 1).into())
        }
    }
}

/// A new one for each call: after an error the platform wants another.
fn stub<O: Object>(env: &Env, name: &O::Name) -> worker::Result<Stub> {
    asked::note(O::BINDING);
    env.durable_object(O::BINDING)?.get_by_name(&O::name(name))
}

/// Not generic, so that it is compiled once and not again for each kind of question.
async fn post(stub: Stub, limit: Duration, question: String) -> Result<Message, Failure> {
    let request = wire::question(question)?;
    within(limit, async { Message::received(stub.fetch_with_request(request).await?).await }).await
}

/// Likewise. Gives the open WebSocket, or what was said instead.
async fn upgrade(stub: Stub, limit: Duration, opening: String) -> Result<Either<Response, Message>, Failure> {
    let request = wire::opening(&opening)?;
    within(limit, async {
        let response = stub.fetch_with_request(request).await?;
        match response.status_code() {
            101 => Ok(Either::Left(response)),
            _ => Message::received(response).await.map(Either::Right),
        }
    })
    .await
}

/// Likewise. Gives the version and what is to be read, if anything is, or what was said instead.
async fn begin(
    stub: Stub,
    limit: Duration,
    reading: String,
) -> Result<Either<(u64, Option<ResponseBody>), Message>, Failure> {
    let request = wire::question(reading)?;
    within(limit, async {
        let response = stub.fetch_with_request(request).await?;
        match wire::version(&response)? {
            Some(version) => Ok(Either::Left((version, wire::body(&response)))),
            None => Message::received(response).await.map(Either::Right),
        }
    })
    .await
}
