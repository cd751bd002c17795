//! The object as the holder of one task: its state, and a WebSocket to the Worker that runs it.

use mcp::{HeldTask, TaskEvent, TaskSignal, TaskStatus};
use worker_kit::{
    clock::now_ms,
    object::{CallerEnd, ObjectEnd, socket_pair},
};

use super::session_object::McpSession;
use crate::questions::WorkOnTask;

/// The setting with the task, as JSON.
const TASK: &str = "task";

/// The setting with its expiry, in milliseconds since 1970.
const EXPIRES: &str = "task_expires";

/// The tag of the WebSocket to the Worker that runs the task.
const WORKER: &str = "task";

impl McpSession {
    pub(super) fn begin_task(&self, task: &HeldTask, lifetime_ms: u64) -> worker_kit::Result<()> {
        self.set(EXPIRES, &now_ms().saturating_add(lifetime_ms).to_string())?;
        self.keep_task(task)
    }

    /// Opens the signals for the Worker that runs the task.
    pub(super) fn work_on_task(&self) -> worker_kit::Result<CallerEnd<WorkOnTask>> {
        let (caller, object) = socket_pair()?;
        self.state.accept_websocket_with_tags(object.platform(), &[WORKER]);
        Ok(caller)
    }

    fn workers(&self) -> impl Iterator<Item = ObjectEnd<WorkOnTask>> {
        self.state.get_websockets_with_tag(WORKER).into_iter().map(ObjectEnd::of)
    }

    /// The task. One whose Worker has disconnected before its end has failed.
    pub(super) fn task(&self) -> worker_kit::Result<Option<HeldTask>> {
        let Some(task) = self.setting(TASK)? else { return Ok(None) };
        let task: HeldTask = json::from_str(&task)?;
        if task.status.is_terminal() || self.workers().next().is_some() {
            return Ok(Some(task));
        }
        self.abandon_task()
    }

    /// Signals the Worker that runs the task to stop.
    pub(super) fn stop_task(&self) -> worker_kit::Result<()> {
        for worker in self.workers() {
            worker.send(&TaskSignal::Cancelled)?;
        }
        Ok(())
    }

    pub(super) fn task_happens(&self, event: TaskEvent) -> worker_kit::Result<bool> {
        let Some(mut task) = self.task()? else { return Ok(false) };
        let signals = task.apply(event, now_ms());
        self.keep_task(&task)?;
        for worker in self.workers() {
            for signal in &signals {
                worker.send(signal)?;
            }
        }
        Ok(true)
    }

    /// Marks the task as failed if it is not over: its Worker has disconnected.
    pub(super) fn abandon_task(&self) -> worker_kit::Result<Option<HeldTask>> {
        let Some(task) = self.setting(TASK)? else { return Ok(None) };
        let mut task: HeldTask = json::from_str(&task)?;
        task.apply(TaskEvent::Settled { status: TaskStatus::Failed, outcome: None }, now_ms());
        self.keep_task(&task)?;
        Ok(Some(task))
    }

    /// When the task expires, in milliseconds since 1970; `None` if this object is no task.
    pub(super) fn task_expires(&self) -> worker_kit::Result<Option<u64>> {
        Ok(self.setting(EXPIRES)?.and_then(|at| at.parse().ok()))
    }

    fn keep_task(&self, task: &HeldTask) -> worker_kit::Result<()> {
        self.set(TASK, &json::to_string(task)?)
    }
}
