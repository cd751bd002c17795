//! A call that is being worked off, and what it comes to first.

use std::rc::Rc;
use std::task::{Context, Poll};

use crate::handler::outbox::Outbox;
use crate::model::error::Fault;
use crate::model::failure::Failure;
use crate::ports::local_future::LocalFuture;

/// A handler at work: a whole JSON-RPC response, later.
pub(crate) struct Working {
    pub(crate) response: LocalFuture<Result<Vec<u8>, Failure>>,
    pub(crate) outbox: Rc<Outbox>,
    /// Comes to pass when the client wants it stopped.
    pub(crate) cancelled: Option<LocalFuture<()>>,
}

impl Working {
    /// Waits until there is something to say, the response or a message that precedes it, or until that will never be.
    pub(crate) async fn first(mut self) -> First {
        let outbox = Rc::clone(&self.outbox);
        let response = std::future::poll_fn(|task| match self.response.as_mut().poll(task) {
            Poll::Ready(response) if outbox.is_empty() => Poll::Ready(Some(First::Response(response))),
            // Sent and finished in one go: the messages still come first.
            Poll::Ready(response) => {
                self.response = Box::pin(std::future::ready(response));
                Poll::Ready(None)
            }
            Poll::Pending if !outbox.is_empty() => Poll::Ready(None),
            Poll::Pending if is_cancelled(&mut self.cancelled, task) => Poll::Ready(Some(First::Cancelled)),
            Poll::Pending => Poll::Pending,
        })
        .await;
        match response {
            Some(first) => first,
            None => match outbox.take_task() {
                Some((created, run)) => {
                    First::Task(created, Box::pin(async move { run.finish(self.response).await }))
                }
                None => First::Message(self),
            },
        }
    }
}

/// What came first.
pub(crate) enum First {
    Response(Result<Vec<u8>, Failure>),
    Message(Working),
    /// The response to a call that goes on as a task, and what is still to be done.
    Task(Vec<u8>, LocalFuture<Vec<Fault>>),
    /// Nothing, and nothing will come.
    Cancelled,
}

pub(crate) fn is_cancelled(cancelled: &mut Option<LocalFuture<()>>, task: &mut Context<'_>) -> bool {
    cancelled.as_mut().is_some_and(|cancelled| cancelled.as_mut().poll(task).is_ready())
}
