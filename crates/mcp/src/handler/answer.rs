//! An answer: there at once, later, or as a stream.

use crate::handler::call_stream::CallStream;
use crate::handler::event_stream::EventStream;
use crate::handler::in_flight::InFlightCall;
use crate::handler::outbox::Outbox;
use crate::model::error::{Fault, RpcError};
use crate::model::failure::Failure;
use crate::ports::local_future::LocalFuture;

/// What a method makes of a request.
pub(crate) enum Answer {
    /// A whole JSON-RPC response.
    Now(Vec<u8>),
    /// The same, and the id of the session it opens.
    Opening(Vec<u8>, String),
    /// A handler that will give one.
    Later(InFlightCall),
    /// An event stream for as long as somebody listens.
    Stream(LocalFuture<Result<EventStream, Failure>>),
}

impl Answer {
    /// The response alone, however long it takes.
    pub(crate) async fn response(self) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Now(response) | Self::Opening(response, _) => Ok(response),
            Self::Later(call) => call.response.await,
            Self::Stream(_) => Err(RpcError::invalid_request("a stream cannot be part of a batch").into()),
        }
    }
}

impl CallStream {
    /// What an answer says, however it comes.
    pub(crate) fn of(
        answer: Result<Answer, Failure>,
        failed: impl FnOnce(Failure) -> (Vec<u8>, Option<Fault>) + 'static,
    ) -> Self {
        let call = match answer {
            Ok(Answer::Later(call)) => call,
            other => InFlightCall {
                response: Box::pin(async move { other?.response().await }),
                outbox: Outbox::new(false),
                cancelled: None,
            },
        };
        Self::new(call, failed)
    }
}
