//! The caller's side.

use std::{
    convert,
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use futures_util::future::{Either, LocalBoxFuture, select};
use serde::de::DeserializeOwned;
use worker::{Env, WebSocket};

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
    http::{Body, Failure, NotNow, Response},
    timer::sleep,
};

/// Asks an object one question.
///
/// # Errors
/// The object's refusal. A problem with status 503 when the object answers that or exceeds [`Object::TIME_LIMIT`]; after the time
/// limit it may or may not have done what it was asked. A fault when it cannot be reached or breaks.
pub fn ask<Q: Question>(
    env: &Env,
    name: &<Q::Object as Object>::Name,
    question: Q,
) -> impl Future<Output = Result<Q::Answer, Unanswered<<Q::Object as Object>::Refusal>>> + use<Q> {
    ask_or(env, name, question, convert::identity)
}

/// As [`ask`], with errors as the caller has them: there is no future around this one that makes them so.
///
/// # Errors
/// What `why` makes of those of [`ask`].
pub fn ask_or<Q: Question, E>(
    env: &Env,
    name: &<Q::Object as Object>::Name,
    question: Q,
    why: fn(Unanswered<<Q::Object as Object>::Refusal>) -> E,
) -> impl Future<Output = Result<Q::Answer, E>> + use<Q, E> {
    let call = send(Call::to::<Q::Object>(env, name, &question.into_asked()));
    Answering {
        call,
        read: |sent, why| match Message::answer_in(sent) {
            Ok(answer) => json::from_slice(&answer).map_err(|error| why(error.into())),
            Err(unanswered) => Err(why(unanswered)),
        },
        why,
    }
}

/// Opens a WebSocket to an object. Returns the stream of its frames.
///
/// # Errors
/// As [`ask`].
pub fn open<O: Opening>(
    env: &Env,
    name: &<O::Object as Object>::Name,
    opening: O,
) -> impl Future<Output = Result<Frames<O::Frame>, Unanswered<<O::Object as Object>::Refusal>>> + use<O> {
    let call = upgrade(Call::to::<O::Object>(env, name, &opening.into_asked()));
    let read = |opened, why| -> Result<_, _> { socket(opened).map(Frames::of).map_err(why) };
    Answering { call, read, why: convert::identity }
}

/// As [`open`], for a caller that passes the WebSocket on to its own client: returns the response 101. The frames are not read here.
///
/// # Errors
/// As [`ask`].
pub fn relay<O: Opening>(
    env: &Env,
    name: &<O::Object as Object>::Name,
    opening: O,
) -> impl Future<Output = Result<Response, Unanswered<<O::Object as Object>::Refusal>>> + use<O> {
    let call = upgrade(Call::to::<O::Object>(env, name, &opening.into_asked()));
    Answering {
        call,
        read: |opened, why| {
            socket(opened).map(|socket| Response::new(101, Body::Socket(socket))).map_err(why)
        },
        why: convert::identity,
    }
}

/// The WebSocket.
fn socket<R: DeserializeOwned>(
    opened: Result<Either<WebSocket, Message>, Failure>,
) -> Result<WebSocket, Unanswered<R>> {
    match opened? {
        Either::Left(socket) => Ok(socket),
        Either::Right(message) => Err(message.not_answered()),
    }
}

/// Reads a document of an object. [`Object::TIME_LIMIT`] applies until the response begins; the object limits the rest. The errors are
/// as the caller has them ([`ask_or`]).
///
/// # Errors
/// What `why` makes of those of [`ask`].
pub fn read_or<R: Reading, E>(
    env: &Env,
    name: &<R::Object as Object>::Name,
    reading: R,
    why: fn(Unanswered<<R::Object as Object>::Refusal>) -> E,
) -> impl Future<Output = Result<Document<R::Of>, E>> + use<R, E> {
    let call = begin(Call::to::<R::Object>(env, name, &reading.into_asked()));
    let read = |begun: Result<_, Failure>, why: fn(_) -> _| match begun {
        Ok(Either::Left((version, Some(body)))) => Ok(Document::new(version, body)),
        Ok(Either::Left((version, None))) => Ok(Document::known(version)),
        Ok(Either::Right(message)) => Err(why(Message::not_answered(&message))),
        Err(failure) => Err(why(failure.into())),
    };
    Answering { call, read, why }
}

/// What a call brings, `T`, is read as `A` when it is there. The call is a future that all kinds of question share, and this adds no
/// state to it: an async block would be one more future for each kind.
struct Answering<T, A, R, E> {
    call: Sent<T>,
    read: Read<T, A, R, E>,
    why: fn(Unanswered<R>) -> E,
}

/// Reads what a call has brought, and says why there is nothing.
type Read<T, A, R, E> = fn(Result<T, Failure>, fn(Unanswered<R>) -> E) -> Result<A, E>;

impl<T, A, R, E> Future for Answering<T, A, R, E> {
    type Output = Result<A, E>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        self.call.as_mut().poll(task).map(|brought| (self.read)(brought, self.why))
    }
}

/// Awaits a call, for `limit` at most: an object that breaks in the middle of a request never answers it.
///
/// # Errors
/// A problem with status 503 after `limit`; the call may or may not have been carried out. A fault if the call fails.
pub async fn within<T>(limit: Duration, call: impl Future<Output = crate::Result<T>>) -> Result<T, Failure> {
    match select(pin!(call), sleep(limit)).await {
        Either::Left((answer, _)) => Ok(answer?),
        Either::Right(_) => Err(too_late()),
    }
}

fn too_late() -> Failure {
    NotNow::unavailable("The server took too long. Look before you try again.", 1).into()
}

/// A question that is written, and where it goes. Each kind of question has a type of its own, and this is the same for all: so what is
/// awaited is compiled once, and is small where it is held.
struct Call {
    to: To,
    limit: Duration,
    question: json::Result<String>,
}

impl Call {
    fn to<O: Object>(env: &Env, name: &O::Name, asked: &O::Asked) -> Self {
        Self {
            to: To { env: env.clone(), binding: O::BINDING, name: O::name(name).into_owned() },
            limit: O::TIME_LIMIT,
            question: json::to_string(asked),
        }
    }

    /// Its parts, when it is made; from here on it is counted.
    fn begin(self) -> Result<(To, Duration, String), Failure> {
        asked::note(self.to.binding);
        Ok((self.to, self.limit, self.question?))
    }
}

/// What is awaited of a call.
type Sent<T> = LocalBoxFuture<'static, Result<T, Failure>>;

/// Sends a question.
fn send(call: Call) -> Sent<Message> {
    Box::pin(async {
        let (to, limit, question) = call.begin()?;
        to.ask(question, limit).await?.ok_or_else(too_late)
    })
}

/// Sends a question that opens a WebSocket. Returns it, or the message that the object sent instead.
fn upgrade(call: Call) -> Sent<Either<WebSocket, Message>> {
    Box::pin(async {
        let (to, limit, opening) = call.begin()?;
        let upgraded = async {
            let response = to.upgrade(&opening).await?;
            if response.status() != 101 {
                return Message::received(response).await.map(Either::Right);
            }
            Ok(Either::Left(response.socket().ok_or("an object gave no WebSocket")?))
        };
        within(limit, upgraded).await
    })
}

/// Sends a question for a document. Returns its version and body (none with 304), or the message that the object sent instead.
fn begin(call: Call) -> Sent<Either<(u64, Option<Body>), Message>> {
    Box::pin(async {
        let (to, limit, reading) = call.begin()?;
        let begun = async {
            let response = to.send(&reading).await?;
            match wire::version(&response) {
                Some(version) => Ok(Either::Left((version, wire::body(response)))),
                None => Message::received(response).await.map(Either::Right),
            }
        };
        within(limit, begun).await
    })
}
