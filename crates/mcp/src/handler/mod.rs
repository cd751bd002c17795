//! What runs while a call is answered: what a handler can see, ask and tell, the stream that its words go out on, and how a call
//! goes on as a task.

pub(crate) mod answer;
pub(crate) mod ask;
pub(crate) mod call_stream;
pub(crate) mod context;
pub(crate) mod event_stream;
pub(crate) mod in_flight;
pub(crate) mod multi_round_trip;
pub(crate) mod outbox;
pub(crate) mod response_context;
pub(crate) mod session;
pub(crate) mod session_id;
pub(crate) mod stable_waker;
pub(crate) mod task_id;
pub(crate) mod task_result;
pub(crate) mod task_run;
