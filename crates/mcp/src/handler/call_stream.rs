//! What a call says, one after another, until its response.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_util::Stream;

use crate::handler::in_flight::{Working, is_cancelled};
use crate::handler::outbox::{Outbox, Sent};
use crate::model::error::Fault;
use crate::model::failure::Failure;
use crate::ports::local_future::LocalFuture;

/// What a handler says, one after another.
pub(crate) enum Said {
    Message(Vec<u8>),
    HangUp,
    Response(Vec<u8>, Vec<Fault>),
}

/// A handler on a stream. The last thing it says is its response, unless it was cancelled.
pub(crate) struct Talk {
    response: Option<LocalFuture<Said>>,
    cancelled: Option<LocalFuture<()>>,
    outbox: Rc<Outbox>,
    last: Option<Said>,
}

impl Talk {
    pub(crate) fn new(
        working: Working,
        failed: impl FnOnce(Failure) -> (Vec<u8>, Option<Fault>) + 'static,
    ) -> Self {
        let Working { response, outbox, cancelled } = working;
        let response = async move {
            match response.await {
                Ok(response) => Said::Response(response, Vec::new()),
                Err(failure) => {
                    let (response, fault) = failed(failure);
                    Said::Response(response, fault.into_iter().collect())
                }
            }
        };
        Self { response: Some(Box::pin(response)), cancelled, outbox, last: None }
    }
}

impl Stream for Talk {
    type Item = Said;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Said>> {
        if self.outbox.is_empty()
            && let Some(response) = &mut self.response
        {
            if let Poll::Ready(last) = response.as_mut().poll(task) {
                self.response = None;
                self.last = Some(last);
            } else if is_cancelled(&mut self.cancelled, task) {
                self.response = None;
            }
        }
        // Whatever the handler sent while it was looked at comes before its response.
        match self.outbox.take() {
            Some(Sent::Message(message)) => return Poll::Ready(Some(Said::Message(message))),
            Some(Sent::HangUp) => return Poll::Ready(Some(Said::HangUp)),
            // A call that has a stream does not become a task.
            Some(Sent::Task(..)) | None => {}
        }
        match self.response {
            Some(_) => Poll::Pending,
            None => Poll::Ready(self.last.take()),
        }
    }
}
