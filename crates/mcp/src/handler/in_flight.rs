//! A call that is being answered, and its first output.

use std::rc::Rc;
use std::task::{Context, Poll};

use crate::handler::outbox::Outbox;
use crate::model::error::Fault;
use crate::model::failure::Failure;
use crate::ports::local_future::LocalFuture;

/// A handler that is still running: a whole JSON-RPC response, later.
pub(crate) struct InFlightCall {
    pub(crate) response: LocalFuture<Result<Vec<u8>, Failure>>,
    pub(crate) outbox: Rc<Outbox>,
    /// Resolves when the client cancels the call.
    pub(crate) cancelled: Option<LocalFuture<()>>,
}

impl InFlightCall {
    /// Waits for the first output: the response, a message that precedes it, or the end of a cancelled call.
    pub(crate) async fn first(mut self) -> FirstOutput {
        let outbox = Rc::clone(&self.outbox);
        let response = std::future::poll_fn(|task| match self.response.as_mut().poll(task) {
            Poll::Ready(response) if outbox.is_empty() => Poll::Ready(Some(FirstOutput::Response(response))),
            // Sent and finished in one go: the messages still come first.
            Poll::Ready(response) => {
                self.response = Box::pin(std::future::ready(response));
                Poll::Ready(None)
            }
            Poll::Pending if !outbox.is_empty() => Poll::Ready(None),
            Poll::Pending if is_cancelled(&mut self.cancelled, task) => {
                Poll::Ready(Some(FirstOutput::Cancelled))
            }
            Poll::Pending => Poll::Pending,
        })
        .await;
        match response {
            Some(first) => first,
            None => match outbox.take_task() {
                Some((created, run)) => {
                    FirstOutput::Task(created, Box::pin(async move { run.finish(self.response).await }))
                }
                None => FirstOutput::Message(self),
            },
        }
    }
}

/// The first output of a call.
pub(crate) enum FirstOutput {
    Response(Result<Vec<u8>, Failure>),
    Message(InFlightCall),
    /// The response to a call that goes on as a task, and what is still to be done.
    Task(Vec<u8>, LocalFuture<Vec<Fault>>),
    /// Nothing, and nothing will come.
    Cancelled,
}

pub(crate) fn is_cancelled(cancelled: &mut Option<LocalFuture<()>>, task: &mut Context<'_>) -> bool {
    cancelled.as_mut().is_some_and(|cancelled| cancelled.as_mut().poll(task).is_ready())
}
