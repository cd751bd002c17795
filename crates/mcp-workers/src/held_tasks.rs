//! The engine's tasks, stored in objects: one object per task.

use mcp::{Fault, HeldTask, LocalFuture, TaskEvent, TaskSignals, Tasks};
use worker::Env;
use worker_kit::object::{self, Question};

use crate::questions::{BeginTask, Holder, Task, TaskHappens, TaskState, WorkOnTask, fault};
use crate::random_name;

/// Tasks in the objects of the binding `MCP_SESSION`, whose class is [`crate::McpSession`].
///
/// A task is run by the Worker that took the call, after the answer, for as long as the platform allows: half a minute after the
/// response. A WebSocket ties it to the object meanwhile; when it breaks before the task is over, the task has failed.
pub struct HeldTasks {
    env: Env,
    holder: Holder,
}

impl HeldTasks {
    /// Tasks that count against the limits of `holder`.
    pub fn new(env: &Env, holder: Holder) -> Self {
        Self { env: env.clone(), holder }
    }

    fn ask<Q: Question<Object = Task> + 'static>(
        &self,
        task: &str,
        question: Q,
    ) -> LocalFuture<Result<Q::Answer, Fault>> {
        Box::pin(object::ask_or(&self.env, task, question, fault))
    }
}

impl Tasks for HeldTasks {
    fn name(&self) -> Result<String, Fault> {
        random_name("")
    }

    fn begin(&self, task: &str, held: HeldTask, lifetime_ms: u64) -> LocalFuture<Result<TaskSignals, Fault>> {
        let begun = self.ask(task, BeginTask { holder: self.holder.clone(), task: held, lifetime_ms });
        let opened = object::open(&self.env, task, WorkOnTask);
        Box::pin(async {
            begun.await?;
            let signals = opened.await.map_err(fault)?;
            Ok(Box::pin(signals) as TaskSignals)
        })
    }

    fn state(&self, task: &str) -> LocalFuture<Result<Option<HeldTask>, Fault>> {
        self.ask(task, TaskState)
    }

    fn happens(&self, task: &str, event: TaskEvent) -> LocalFuture<Result<bool, Fault>> {
        self.ask(task, TaskHappens { event })
    }
}
