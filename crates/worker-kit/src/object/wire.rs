//! Questions and answers as HTTP: the one place that knows statuses and headers.
//!
//! A question is JSON: the body of a POST, or, where a WebSocket is to be opened, the query of a GET, since an upgrade has no body. An
//! answer is 200 and JSON, or 101 and the WebSocket, or 200 and a document, whose version is its entity tag, or 304 and its version
//! alone; a refusal is [`REFUSED`] and JSON; "not now" is 503 with `Retry-After`, "too many" is 429 with it.

use serde::{Serialize, de::DeserializeOwned};
use whatwg_url::Url;
use worker::{Method, Request};

use super::{document::Document, question::Object, unanswered::Unanswered};
use crate::{
    http::{Body, Failure, FailureKind, NotNow, Reason, Received, Response},
    storage::RETRY_SECONDS,
};

/// The parameter of the query that carries a question.
const QUESTION: &str = "question";

/// The header that carries a document's version.
const VERSION: &str = "etag";

/// The status of a document that the caller has already.
const KNOWN: u16 = 304;

/// The status of a refusal.
const REFUSED: u16 = 409;

/// The statuses of a [`NotNow`].
const UNAVAILABLE: u16 = 503;
const TOO_MANY: u16 = 429;

/// The `Retry-After` for a question that the object does not know, in seconds: during a deployment caller and object may be of
/// different versions.
const VERSIONS_MEET_SECONDS: u32 = 5;

/// An answer as it travels.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) status: u16,
    /// In seconds; 0 where the answer does not say.
    pub(super) retry_after: u32,
    pub(super) body: Vec<u8>,
}

impl Message {
    pub(super) fn answer(answer: &impl Serialize) -> Result<Self, json::Error> {
        json::to_vec(answer).map(Self::good)
    }

    /// The message with an answer that is written.
    pub(super) fn good(body: Vec<u8>) -> Self {
        Self { status: 200, retry_after: 0, body }
    }

    /// The message for a question without an answer. A fault has none: it is thrown, so that the caller logs it.
    pub(super) fn of<R: Serialize>(unanswered: Unanswered<R>) -> crate::Result<Self> {
        match unanswered {
            Unanswered::Refused(refusal) => {
                Ok(Self { status: REFUSED, retry_after: 0, body: json::to_vec(&refusal)? })
            }
            Unanswered::Failed(failure) => Self::failed(failure),
        }
    }

    fn failed(failure: Failure) -> crate::Result<Self> {
        match failure.kind() {
            FailureKind::NotNow(NotNow { reason, retry_after }) => {
                let status = match reason {
                    Reason::Unavailable(_) => UNAVAILABLE,
                    Reason::TooMany => TOO_MANY,
                };
                Ok(Self { status, retry_after, body: Vec::new() })
            }
            FailureKind::Problem(problem) => Err(problem.detail().into()),
            FailureKind::Fault(what) => Err(what.into()),
        }
    }

    /// The answer, to be read. Apart from reading it, which is compiled for each type.
    #[inline(never)]
    pub(super) fn answer_in<R: DeserializeOwned>(
        sent: Result<Self, Failure>,
    ) -> Result<Vec<u8>, Unanswered<R>> {
        let message = sent?;
        if message.status == 200 { Ok(message.body) } else { Err(message.not_answered()) }
    }

    /// Why a message that is no answer is none.
    pub(super) fn not_answered<R: DeserializeOwned>(&self) -> Unanswered<R> {
        match self.status {
            REFUSED => json::from_slice(&self.body).map_or_else(Unanswered::from, Unanswered::Refused),
            UNAVAILABLE => Unanswered::for_now(self.retry_after.max(1)),
            TOO_MANY => Unanswered::too_many(self.retry_after.max(1)),
            status => Unanswered::fault(format!("an object answered {status}")),
        }
    }

    /// What is left of a response but for its WebSocket.
    pub(super) async fn received(response: Received) -> crate::Result<Self> {
        let retry_after = response.field("retry-after").and_then(|seconds| seconds.parse().ok());
        let (status, retry_after) = (response.status(), retry_after.unwrap_or_default());
        Ok(Self { status, retry_after, body: response.bytes(usize::MAX).await? })
    }

    pub(super) fn into_response(self) -> Response {
        let response =
            Response::new(self.status, Body::Bytes(self.body)).with_all(&[("cache-control", "no-store")]);
        match self.retry_after {
            0 => response,
            seconds => response.with("retry-after", &seconds.to_string()),
        }
    }
}

/// A document as it travels. Its version makes it one.
pub(super) fn document<D>(document: Document<D>) -> Response {
    let version = entity_tag(document.version());
    let response = match document.into_body() {
        Some(body) => Response::new(200, body),
        None => Response::new(KNOWN, Body::Empty),
    };
    response.with_all(&[("cache-control", "no-store")]).with(VERSION, &version)
}

/// The version of the document that a response is; `None` where it is none.
pub(super) fn version(response: &Received) -> Option<u64> {
    matches!(response.status(), 200 | KNOWN).then(|| version_of(&response.field(VERSION)?)).flatten()
}

/// What is to be read of a document; `None` where the caller has it already.
pub(super) fn body(response: Received) -> Option<Body> {
    (response.status() != KNOWN).then(|| response.into_body())
}

fn entity_tag(version: u64) -> String {
    format!("\"{version}\"")
}

fn version_of(tag: &str) -> Option<u64> {
    tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

/// What an object says whose storage is newer than its code.
pub(super) fn storage_is_newer<R>() -> Unanswered<R> {
    Unanswered::for_now(RETRY_SECONDS)
}

/// The question that a request carries.
pub(super) async fn asked(mut request: Request) -> crate::Result<Vec<u8>> {
    match request.method() {
        Method::Get => Ok(asked_at(&Url::written(request.inner().url()))),
        _ => Ok(request.bytes().await?),
    }
}

fn asked_at(address: &Url) -> Vec<u8> {
    let question = address.query_pairs().find(|(name, _)| name == QUESTION);
    question.map(|(_, json)| json.into_owned().into_bytes()).unwrap_or_default()
}

/// Parses a question. One that is not known comes from another version: it gets 503, and nothing is done.
pub(super) fn understand<O: Object>(question: &[u8]) -> Result<O::Asked, Unanswered<O::Refusal>> {
    json::from_slice(question).map_err(|_| Unanswered::for_now(VERSIONS_MEET_SECONDS))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::object::{Never, Opening, Question};

    impl Message {
        fn read<A: DeserializeOwned, R: DeserializeOwned>(self) -> Result<A, Unanswered<R>> {
            Ok(json::from_slice(&Self::answer_in(Ok(self))?)?)
        }
    }

    fn kind_of<R>(unanswered: Unanswered<R>) -> Option<FailureKind> {
        match unanswered {
            Unanswered::Refused(_) => None,
            Unanswered::Failed(failure) => Some(failure.kind()),
        }
    }

    enum Shelf {}

    impl Object for Shelf {
        const BINDING: &'static str = "SHELF";
        type Name = u8;
        type Asked = Asked;
        type Refusal = NoRoom;

        fn name(number: &u8) -> Cow<'_, str> {
            format!("shelf {number}").into()
        }
    }

    #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
    struct NoRoom {
        books: u32,
    }

    #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
    struct PutBook {
        title: String,
    }

    #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
    struct CountBooks;

    #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
    struct WatchBooks {
        author: String,
    }

    crate::questions! {
        #[derive(Debug, PartialEq, Eq)]
        enum Asked;
        Shelf {
            PutBook -> (),
            CountBooks -> u32,
            WatchBooks opens String,
        }
    }

    fn written(asked: &Asked) -> String {
        json::to_string(asked).unwrap_or_default()
    }

    #[test]
    fn a_question_is_tagged_from_outside() {
        let put = PutBook { title: "Dune".to_owned() }.into_asked();
        assert_eq!(written(&put), r#"{"put_book":{"title":"Dune"}}"#);
        assert_eq!(written(&CountBooks.into_asked()), r#"{"count_books":null}"#);
    }

    #[test]
    fn what_another_version_asks_is_answered_not_now() {
        for unknown in
            ["", "{}", "null", r#""burn_books""#, r#"{"burn_books":null}"#, r#"{"put_book":{}}"#, "\u{0}"]
        {
            let answer = understand::<Shelf>(unknown.as_bytes()).map_err(Message::of);
            let Err(Ok(message)) = answer else { panic!("{unknown} was understood") };
            assert_eq!((message.status, message.retry_after), (503, VERSIONS_MEET_SECONDS), "{unknown}");
        }
    }

    #[test]
    fn a_caller_hears_what_the_object_said() {
        let answer = Message::answer(&3_u32).map(Message::read::<u32, NoRoom>);
        assert!(matches!(answer, Ok(Ok(3))));

        let refused = Message::of(Unanswered::Refused(NoRoom { books: 9 })).map(Message::read::<(), NoRoom>);
        assert!(matches!(refused, Ok(Err(Unanswered::Refused(NoRoom { books: 9 })))));

        let newer = Message::of(storage_is_newer::<NoRoom>()).map(Message::read::<(), NoRoom>);
        let newer = newer.map(|answer| answer.map_err(kind_of));
        let Ok(Err(Some(FailureKind::NotNow(newer)))) = newer else { panic!("it was answered") };
        assert!(matches!(newer, NotNow { reason: Reason::Unavailable(_), retry_after: RETRY_SECONDS }));

        let busy = Message::of(Unanswered::<NoRoom>::too_many(4)).map(Message::read::<(), NoRoom>);
        let busy = busy.map(|answer| answer.map_err(kind_of));
        let Ok(Err(Some(FailureKind::NotNow(busy)))) = busy else { panic!("it was answered") };
        assert_eq!(busy, NotNow::too_many(4));
    }

    #[test]
    fn an_answer_of_no_known_kind_is_a_fault() {
        let faults = [(404, "null"), (500, ""), (200, "\"three\""), (409, "{}")];
        for (status, body) in faults {
            let message = Message { status, retry_after: 0, body: body.into() };
            let read = message.read::<u32, NoRoom>();
            assert!(matches!(read.map_err(kind_of), Err(Some(FailureKind::Fault(_)))), "{status}");
        }
    }

    #[test]
    fn a_fault_is_thrown_so_that_the_caller_can_log_it() {
        let thrown = Message::of(Unanswered::<Never>::fault("the shelf broke"));
        assert!(matches!(thrown, Err(error) if error.to_string() == "the shelf broke"));
    }

    #[test]
    fn what_has_no_version_is_no_document() {
        for tag in ["", "7", "\"\"", "\"seven\"", "W/\"7\"", "\"-7\""] {
            assert_eq!(version_of(tag), None, "{tag}");
        }
    }

    proptest! {
        #[test]
        fn a_version_arrives_as_it_was_sent(version in any::<u64>()) {
            prop_assert_eq!(version_of(&entity_tag(version)), Some(version));
        }

        #[test]
        fn an_opening_arrives_as_it_was_sent(author in any::<String>()) {
            let asked = WatchBooks { author }.into_asked();
            let address = Url::parse("http://object/").map(|url| url.with_query_pairs([(QUESTION, written(&asked).as_str())]));
            let address = address.and_then(|address| Url::parse(&address));
            let arrived = address.map(|address| understand::<Shelf>(&asked_at(&address)));
            prop_assert!(matches!(arrived, Some(Ok(arrived)) if arrived == asked));
        }

        #[test]
        fn no_bytes_are_worse_than_an_unknown_question(bytes in any::<Vec<u8>>()) {
            let answer = understand::<Shelf>(&bytes);
            prop_assert!(matches!(answer.map_err(kind_of), Ok(_) | Err(Some(FailureKind::NotNow(_)))));
        }
    }
}
