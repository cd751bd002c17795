//! The object as the holder of one task: how far it is, and a web socket to whoever works on it.

use mcp::{HeldTask, TaskEvent, TaskSignal, TaskStatus};
use worker_kit::object::{CallerEnd, ObjectEnd, socket_pair};

use super::session_object::McpSession;
use crate::clock::now_ms;
use crate::questions::WorkOnTask;

/// The setting that holds the task, as JSON.
const TASK: &str = "task";

/// The setting that says until when, in milliseconds since 1970.
const EXPIRES: &str = "task_expires";

/// The tag of whoever works on it.
const WORKER: &str = "task";

impl McpSession {
    pub(super) fn begin_task(&self, task: &HeldTask, lifetime_ms: u64) -> worker::Result<()> {
        self.set(EXPIRES, &now_ms().saturating_add(lifetime_ms).to_string())?;
        self.keep_task(task)
    }

    /// Lets the one who works on the task hear what it has to know.
    pub(super) fn work_on_task(&self) -> worker::Result<CallerEnd<WorkOnTask>> {
        let (caller, object) = socket_pair()?;
        self.state.accept_websocket_with_tags(object.platform(), &[WORKER]);
        Ok(caller)
    }

    fn workers(&self) -> impl Iterator<Item = ObjectEnd<WorkOnTask>> {
        self.state.get_websockets_with_tag(WORKER).into_iter().map(ObjectEnd::of)
    }

    /// The task as it is. One that nobody works on any more has failed.
    pub(super) fn task(&self) -> worker::Result<Option<HeldTask>> {
        let Some(task) = self.setting(TASK)? else { return Ok(None) };
        let task: HeldTask = serde_json::from_str(&task)?;
        if task.status.is_terminal() || self.workers().next().is_some() {
            return Ok(Some(task));
        }
        self.abandon_task()
    }

    /// The task gives way: whoever works on it is told to stop.
    pub(super) fn stop_task(&self) -> worker::Result<()> {
        for worker in self.workers() {
            worker.send(&TaskSignal::Cancelled)?;
        }
        Ok(())
    }

    pub(super) fn task_happens(&self, event: TaskEvent) -> worker::Result<bool> {
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

    /// Whoever worked on the task has gone. If it is not over, it never will be.
    pub(super) fn abandon_task(&self) -> worker::Result<Option<HeldTask>> {
        let Some(task) = self.setting(TASK)? else { return Ok(None) };
        let mut task: HeldTask = serde_json::from_str(&task)?;
        task.apply(TaskEvent::Settled { status: TaskStatus::Failed, outcome: None }, now_ms());
        self.keep_task(&task)?;
        Ok(Some(task))
    }

    /// When this task's time is over, in milliseconds since 1970; `None` if it is no task.
    pub(super) fn task_expires(&self) -> worker::Result<Option<u64>> {
        Ok(self.setting(EXPIRES)?.and_then(|at| at.parse().ok()))
    }

    fn keep_task(&self, task: &HeldTask) -> worker::Result<()> {
        self.set(TASK, &serde_json::to_string(task)?)
    }
}
