//! The caller's side.

use std::{future::Future, pin::pin, time::Duration};

use futures_util::future::{Either, LocalBoxFuture, select};
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
pub fn ask<'a, Q: Question>(
    env: &'a Env,
    name: &<Q::Object as Object>::Name,
    question: Q,
) -> impl Future<Output = Result<Q::Answer, Unanswered<<Q::Object as Object>::Refusal>>> + use<'a, Q> {
    let sent = send(Call::to::<Q::Object>(env, name, &question.into_asked()));
    async { sent.await?.read() }
}

/// Opens a WebSocket to an object. Returns the stream of its frames.
///
/// # Errors
/// As [`ask`].
pub fn open<'a, O: Opening>(
    env: &'a Env,
    name: &<O::Object as Object>::Name,
    opening: O,
) -> impl Future<Output = Result<Frames<O::Frame>, Unanswered<<O::Object as Object>::Refusal>>> + use<'a, O> {
    let opened = relay(env, name, opening);
    async { Ok(Frames::of(opened.await?)?) }
}

/// As [`open`], for a caller that passes the WebSocket on to its own client: returns the response 101. The frames are not read here.
///
/// # Errors
/// As [`ask`].
pub fn relay<'a, O: Opening>(
    env: &'a Env,
    name: &<O::Object as Object>::Name,
    opening: O,
) -> impl Future<Output = Result<Response, Unanswered<<O::Object as Object>::Refusal>>> + use<'a, O> {
    let opened = upgrade(Call::to::<O::Object>(env, name, &opening.into_asked()));
    async {
        match opened.await? {
            Either::Left(response) => Ok(response),
            Either::Right(message) => Err(message.not_answered()),
        }
    }
}

/// Reads a document of an object. [`Object::TIME_LIMIT`] applies until the response begins; the object limits the rest.
///
/// # Errors
/// As [`ask`].
pub fn read<'a, R: Reading>(
    env: &'a Env,
    name: &<R::Object as Object>::Name,
    reading: R,
) -> impl Future<Output = Result<Document<R::Of>, Unanswered<<R::Object as Object>::Refusal>>> + use<'a, R> {
    let begun = begin(Call::to::<R::Object>(env, name, &reading.into_asked()));
    async {
        match begun.await? {
            Either::Left((version, Some(body))) => Ok(Document::new(version, body)),
            Either::Left((version, None)) => Ok(Document::known(version)),
            Either::Right(message) => Err(message.not_answered()),
        }
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

/// A question that is written, and where it goes. Each kind of question has a type of its own, and this is the same for all: so what is
/// awaited is compiled once, and is small where it is held.
struct Call<'a> {
    to: To<'a>,
    limit: Duration,
    question: serde_json::Result<String>,
}

impl<'a> Call<'a> {
    fn to<O: Object>(env: &'a Env, name: &O::Name, asked: &O::Asked) -> Self {
        Self {
            to: To { env, binding: O::BINDING, name: O::name(name).into_owned() },
            limit: O::TIME_LIMIT,
            question: serde_json::to_string(asked),
        }
    }

    /// Its parts, when it is made; from here on it is counted.
    fn begin(self) -> Result<(To<'a>, Duration, String), Failure> {
        asked::note(self.to.binding);
        Ok((self.to, self.limit, self.question?))
    }
}

/// What is awaited of a call.
type Sent<'a, T> = LocalBoxFuture<'a, Result<T, Failure>>;

/// Sends a question.
fn send(call: Call<'_>) -> Sent<'_, Message> {
    Box::pin(async {
        let (to, limit, question) = call.begin()?;
        within(limit, to.ask(question)).await
    })
}

/// Sends a question that opens a WebSocket. Returns a response with it, or the message that the object sent instead.
fn upgrade(call: Call<'_>) -> Sent<'_, Either<Response, Message>> {
    Box::pin(async {
        let (to, limit, opening) = call.begin()?;
        let upgraded = async {
            let response = to.upgrade(&opening).await?;
            if response.status_code() != 101 {
                return Message::received(response).await.map(Either::Right);
            }
            // A response of its own: the headers of one that was received cannot be added to.
            let socket = response.websocket().ok_or("an object gave no WebSocket")?;
            Response::from_websocket(socket).map(Either::Left)
        };
        within(limit, upgraded).await
    })
}

/// Sends a question for a document. Returns its version and body (none with 304), or the message that the object sent instead.
fn begin(call: Call<'_>) -> Sent<'_, Either<(u64, Option<ResponseBody>), Message>> {
    Box::pin(async {
        let (to, limit, reading) = call.begin()?;
        let begun = async {
            let response = to.send(&reading).await?;
            match wire::version(&response)? {
                Some(version) => Ok(Either::Left((version, wire::body(&response)))),
                None => Message::received(response).await.map(Either::Right),
            }
        };
        within(limit, begun).await
    })
}
