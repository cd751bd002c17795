//! The object's side.

use futures_util::future::LocalBoxFuture;
use worker::Request;

use super::{
    document::Document,
    question::{Object, Opening, Question, Reading},
    socket::CallerEnd,
    unanswered::Unanswered,
    wire::{self, Message},
};
use crate::{clock, http::Response, storage::ObjectStorage};

/// The body of an object's `fetch`: parses the question, calls `reply`, and writes the answer or refusal as a response.
///
/// # Errors
/// The response cannot be written.
pub fn serve<'a, O: Object>(
    storage: &'a ObjectStorage,
    request: Request,
    reply: impl AsyncFnOnce(O::Asked) -> Result<Reply, Unanswered<O::Refusal>> + 'a,
) -> impl Future<Output = worker::Result<worker::Response>> {
    served(request, Box::new(move |question| respond::<O>(storage, question, reply)))
}

type Respond<'a> = Box<dyn FnOnce(Vec<u8>) -> LocalBoxFuture<'a, crate::Result<Response>> + 'a>;

/// Compiled once, and not for each kind of object.
async fn served(request: Request, respond: Respond<'_>) -> worker::Result<worker::Response> {
    let question = wire::asked(request).await?;
    respond(question).await?.try_into()
}

/// [`serve`] without the platform's request and response, for a question as JSON. An object that is asked often has a method `ask` besides
/// its `fetch`, which takes the body of a POST and gives the response as the platform has it; the build has that called in place of
/// `fetch` (`scripts/worker-shim.mjs`). The platform crate would read of the request what nobody asks for, and make the response twice.
///
/// # Errors
/// A fault, which is thrown, so that the caller logs it.
pub fn respond<'a, O: Object>(
    storage: &'a ObjectStorage,
    question: Vec<u8>,
    reply: impl AsyncFnOnce(O::Asked) -> Result<Reply, Unanswered<O::Refusal>> + 'a,
) -> LocalBoxFuture<'a, crate::Result<Response>> {
    let replied = async move {
        let replied = match understood::<O>(storage, &question) {
            Ok(asked) => reply(asked).await,
            Err(unanswered) => Err(unanswered),
        };
        match replied {
            Ok(reply) => Ok(*reply.0),
            Err(unanswered) => Ok(Message::of(unanswered)?.into_response()),
        }
    };
    Box::pin(clock::held(Box::pin(replied)))
}

/// The question; 503 where storage is newer than the code.
fn understood<O: Object>(
    storage: &ObjectStorage,
    question: &[u8],
) -> Result<O::Asked, Unanswered<O::Refusal>> {
    if storage.is_newer()? {
        return Err(wire::storage_is_newer());
    }
    wire::understand::<O>(question)
}

/// The answer to a question, checked against its type.
pub struct Reply(Box<Response>);

/// Answers a question with the value of `how`.
///
/// # Errors
/// Those of `how`.
pub fn answer<Q: Question, E: Into<Unanswered<<Q::Object as Object>::Refusal>>>(
    question: Q,
    how: impl FnOnce(Q) -> Result<Q::Answer, E>,
) -> Result<Reply, Unanswered<<Q::Object as Object>::Refusal>> {
    answered::<Q>(&how(question).map_err(Into::into)?)
}

/// Answers a question of this type with a value that was awaited before. Awaited here, it would be a future of its own for each type.
///
/// # Errors
/// The value cannot be written.
pub fn answered<Q: Question>(
    answer: &Q::Answer,
) -> Result<Reply, Unanswered<<Q::Object as Object>::Refusal>> {
    with_message(Message::answer(answer))
}

/// Apart from writing the message, which is compiled for each type.
#[inline(never)]
pub(super) fn with_message<R>(written: json::Result<Message>) -> Result<Reply, Unanswered<R>> {
    Ok(Reply(Box::new(written?.into_response())))
}

/// Answers an [`Opening`] with the caller's end of a [`socket_pair`](super::socket_pair).
///
/// # Errors
/// Those of `how`.
pub fn accept<O: Opening, E: Into<Unanswered<<O::Object as Object>::Refusal>>>(
    opening: O,
    how: impl FnOnce(O) -> Result<CallerEnd<O>, E>,
) -> Result<Reply, Unanswered<<O::Object as Object>::Refusal>> {
    Ok(Reply(Box::new(how(opening).map_err(Into::into)?.into_response())))
}

/// Answers a [`Reading`] with the document of `how`.
///
/// # Errors
/// Those of `how`.
pub fn read_out<R: Reading, E: Into<Unanswered<<R::Object as Object>::Refusal>>>(
    reading: R,
    how: impl FnOnce(R) -> Result<Document<R::Of>, E>,
) -> Result<Reply, Unanswered<<R::Object as Object>::Refusal>> {
    answered_with_document::<R>(how(reading).map_err(Into::into)?)
}

/// Answers a [`Reading`] of this type with a document that was awaited before.
///
/// # Errors
/// The response cannot be written.
pub fn answered_with_document<R: Reading>(
    document: Document<R::Of>,
) -> Result<Reply, Unanswered<<R::Object as Object>::Refusal>> {
    Ok(Reply(Box::new(wire::document(document))))
}
