//! Tasks: calls that go on after they were answered (the extension `io.modelcontextprotocol/tasks` of 2026-07-28, SEP-2663).
//!
//! A task's id is sealed like a session's: it names the task, its owner and its expiry, so that it cannot be forged or used by another
//! caller. The state of tasks is stored by [`Tasks`], which the host provides.

use std::pin::Pin;

use futures_util::Stream;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::error::Fault;
use crate::model::sorted;
use crate::ports::local_future::LocalFuture;

/// The extension's name, under which server and client declare it.
pub const TASKS_EXTENSION: &str = "io.modelcontextprotocol/tasks";

/// How long a task can be asked for after it began, in milliseconds.
pub(crate) const LIFETIME_MS: u64 = 60 * 60 * 1_000;

/// How often a client should ask, in milliseconds.
pub(crate) const POLL_INTERVAL_MS: u64 = 1_000;

/// The status of a task (SEP-2663, "Task Status").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// It is running.
    Working,
    /// It waits for answers of the client.
    InputRequired,
    /// There is a result, which may say that the tool failed.
    Completed,
    /// There is a protocol error instead.
    Failed,
    /// The client has cancelled it.
    Cancelled,
}

impl TaskStatus {
    /// Whether the status is final: completed, failed or cancelled.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

/// A task as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldTask {
    /// Its status.
    pub status: TaskStatus,
    /// When it began, in milliseconds since 1970.
    pub created_ms: u64,
    /// When it last changed.
    pub updated_ms: u64,
    /// The questions that wait for an answer, by name: each a JSON-RPC request without an id.
    pub requests: Map<String, Value>,
    /// The result, or the error, once there is one.
    pub outcome: Option<Value>,
}

impl HeldTask {
    /// A task that begins now.
    pub fn new(now_ms: u64) -> Self {
        Self {
            status: TaskStatus::Working,
            created_ms: now_ms,
            updated_ms: now_ms,
            requests: Map::new(),
            outcome: None,
        }
    }

    /// Applies an event; after the end of the task it changes nothing. Returns the signals for the host that runs the task.
    pub fn apply(&mut self, event: TaskEvent, now_ms: u64) -> Vec<TaskSignal> {
        if self.status.is_terminal() {
            return Vec::new();
        }
        self.updated_ms = now_ms;
        let mut signals = Vec::new();
        match event {
            TaskEvent::Asked { name, request } => {
                self.requests.insert(name, request);
            }
            TaskEvent::Answered { responses } => {
                // Names that nobody asked for are ignored.
                for (name, response) in responses {
                    if sorted::take(&mut self.requests, &name).is_some() {
                        signals.push(TaskSignal::Answered { name, response });
                    }
                }
            }
            TaskEvent::Settled { status, outcome } => {
                self.requests.clear();
                self.status = status;
                self.outcome = outcome;
                if status == TaskStatus::Cancelled {
                    signals.push(TaskSignal::Cancelled);
                }
                return signals;
            }
        }
        self.status = if self.requests.is_empty() { TaskStatus::Working } else { TaskStatus::InputRequired };
        signals
    }
}

/// What can happen to a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskEvent {
    /// Its handler asks the client something.
    Asked {
        /// Tells this question from the task's others.
        name: String,
        /// The method and its parameters.
        request: Value,
    },
    /// The client answers, perhaps not everything.
    Answered {
        /// Answers by the names of the questions.
        responses: Map<String, Value>,
    },
    /// It is over.
    Settled {
        /// A terminal status.
        status: TaskStatus,
        /// The result or the error; none if it was cancelled.
        outcome: Option<Value>,
    },
}

/// A signal to the host that runs a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskSignal {
    /// The client has answered a question.
    Answered {
        /// Which.
        name: String,
        /// Its answer, not yet looked at.
        response: Value,
    },
    /// The client has cancelled it.
    Cancelled,
}

/// A stream of signals. Dropping it says that the task is not run any more: if it is not over then, it has failed.
pub type TaskSignals = Pin<Box<dyn Stream<Item = TaskSignal>>>;

/// What holds tasks, which outlive the request that began them. A task is named by a text that no other ever has.
pub trait Tasks {
    /// A name that was never given before, of at most 64 letters, digits and `-`.
    ///
    /// # Errors
    /// The platform's.
    fn name(&self) -> Result<String, Fault>;

    /// Holds a task that begins, durably, and listens to what its handler has to know. It can be asked for during `lifetime_ms`
    /// at least.
    fn begin(&self, task: &str, held: HeldTask, lifetime_ms: u64) -> LocalFuture<Result<TaskSignals, Fault>>;

    /// The task as it is; `None` if there is none (any more).
    fn state(&self, task: &str) -> LocalFuture<Result<Option<HeldTask>, Fault>>;

    /// Something happens to it ([`HeldTask::apply`]); false if there is no such task.
    fn happens(&self, task: &str, event: TaskEvent) -> LocalFuture<Result<bool, Fault>>;
}
