//! The events of a call, in order, until its response.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_util::Stream;

use crate::handler::in_flight::{InFlightCall, is_cancelled};
use crate::handler::outbox::{Outbox, Sent};
use crate::model::error::Fault;
use crate::model::failure::Failure;
use crate::ports::local_future::LocalFuture;

/// One output of a handler.
pub(crate) enum CallEvent {
    Message(Vec<u8>),
    CloseEarly,
    Response(Vec<u8>, Vec<Fault>),
}

/// The events of one call. The last one is its response, unless it was cancelled.
pub(crate) struct CallStream {
    response: Option<LocalFuture<CallEvent>>,
    cancelled: Option<LocalFuture<()>>,
    outbox: Rc<Outbox>,
    last: Option<CallEvent>,
}

impl CallStream {
    pub(crate) fn new(
        call: InFlightCall,
        failed: impl FnOnce(Failure) -> (Vec<u8>, Option<Fault>) + 'static,
    ) -> Self {
        let InFlightCall { response, outbox, cancelled } = call;
        let response = async move {
            match response.await {
                Ok(response) => CallEvent::Response(response, Vec::new()),
                Err(failure) => {
                    let (response, fault) = failed(failure);
                    CallEvent::Response(response, fault.into_iter().collect())
                }
            }
        };
        Self { response: Some(Box::pin(response)), cancelled, outbox, last: None }
    }
}

impl Stream for CallStream {
    type Item = CallEvent;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<CallEvent>> {
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
            Some(Sent::Message(message)) => return Poll::Ready(Some(CallEvent::Message(message))),
            Some(Sent::CloseEarly) => return Poll::Ready(Some(CallEvent::CloseEarly)),
            // A call that has a stream does not become a task.
            Some(Sent::Task(..)) | None => {}
        }
        match self.response {
            Some(_) => Poll::Pending,
            None => Poll::Ready(self.last.take()),
        }
    }
}
