//! An event stream on its way to its client: what every host does with one.

use std::pin::Pin;
use std::task::{Poll, ready};

use futures_channel::mpsc;
use futures_util::{Stream, StreamExt, stream};

use crate::handler::event_stream::{EventStream, KEEP_ALIVE, StreamPart};
use crate::model::error::Fault;
use crate::ports::local_future::LocalFuture;

/// What is to be sent of an event stream, and what is to be done besides.
pub struct Delivery {
    /// The response's body. Dropping it says that the client has gone.
    pub chunks: Pin<Box<dyn Stream<Item = Vec<u8>>>>,
    /// Where the stream outlives its client: has to be polled to its end, whether or not anybody reads the chunks.
    pub work: Option<LocalFuture<()>>,
}

impl EventStream {
    /// Takes a stream apart for its delivery. Wherever nothing comes until the future that `silence` gives completes there is a comment, which keeps
    /// proxies from closing the connection and tells when the client has gone; `log` is told what breaks.
    ///
    /// 15 to 25 seconds are a good silence: short enough for every proxy on the way.
    pub fn deliver(
        mut self,
        silence: impl FnMut() -> LocalFuture<()> + 'static,
        log: impl Fn(&Fault) + 'static,
    ) -> Delivery {
        let bytes_of = move |part: StreamPart| {
            part.faults.iter().for_each(&log);
            part.bytes
        };
        if !self.outlives_client() {
            return Delivery { chunks: never_silent(self.map(bytes_of), silence), work: None };
        }
        let (sender, chunks) = mpsc::unbounded();
        let work = async move {
            while let Some(part) = self.next().await {
                if part.close_early {
                    sender.close_channel();
                }
                let bytes = bytes_of(part);
                if !bytes.is_empty() {
                    // That nobody reads any more is no reason to stop.
                    let _gone = sender.unbounded_send(bytes);
                }
            }
        };
        Delivery { chunks: never_silent(chunks, silence), work: Some(Box::pin(work)) }
    }
}

/// Chunks, and a comment wherever none came until a silence was over.
fn never_silent(
    mut chunks: impl Stream<Item = Vec<u8>> + Unpin + 'static,
    mut silence: impl FnMut() -> LocalFuture<()> + 'static,
) -> Pin<Box<dyn Stream<Item = Vec<u8>>>> {
    let mut silent = None;
    Box::pin(stream::poll_fn(move |task| {
        let chunk = match chunks.poll_next_unpin(task) {
            Poll::Pending => {
                ready!(silent.get_or_insert_with(&mut silence).as_mut().poll(task));
                Some(KEEP_ALIVE.to_vec())
            }
            Poll::Ready(chunk) => chunk,
        };
        silent = None;
        Poll::Ready(chunk)
    }))
}
