//! Tasks in memory.

use super::store::{Memory, now};
use crate::model::error::Fault;
use crate::ports::local_future::LocalFuture;
use crate::ports::tasks::{HeldTask, TaskEvent, TaskSignals, Tasks};

impl Tasks for Memory {
    fn name(&self) -> Result<String, Fault> {
        Memory::name(self)
    }

    fn begin(&self, task: &str, held: HeldTask, lifetime_ms: u64) -> LocalFuture<Result<TaskSignals, Fault>> {
        let now_ms = self.now_ms();
        let expires_ms = now_ms.saturating_add(lifetime_ms);
        now(self.tasks().and_then(|mut table| table.begin(task, held, now_ms, expires_ms)))
    }

    fn state(&self, task: &str) -> LocalFuture<Result<Option<HeldTask>, Fault>> {
        let now_ms = self.now_ms();
        now(self.tasks().map(|mut table| table.entry(task, now_ms).map(|entry| entry.task.clone())))
    }

    fn happens(&self, task: &str, event: TaskEvent) -> LocalFuture<Result<bool, Fault>> {
        let now_ms = self.now_ms();
        now(self
            .tasks()
            .map(|mut table| table.entry(task, now_ms).map(|entry| entry.apply(event, now_ms)).is_some()))
    }
}
