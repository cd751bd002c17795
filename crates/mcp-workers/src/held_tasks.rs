//! The engine's tasks, held by objects: one object per task.

use futures_util::StreamExt;
use mcp::{Fault, HeldTask, LocalFuture, TaskEvent, TaskSignals, Tasks};
use worker::Env;

use crate::link::{Command, Holder, Listen, command, listen, stub, task_object};
use crate::random_name;

/// Tasks in the objects of the binding `MCP_SESSION`, whose class is [`crate::McpSession`].
///
/// A task is worked on by the Worker that took the call, after it was answered: for as long as the platform lets it, which is
/// half a minute once nobody waits for an answer. A web socket ties it to the object meanwhile; when it breaks before the task
/// is over, the task has failed.
pub struct HeldTasks {
    env: Env,
    holder: Holder,
}

impl HeldTasks {
    /// The tasks of this Worker, for whom they are held.
    pub fn new(env: &Env, holder: Holder) -> Self {
        Self { env: env.clone(), holder }
    }

    fn ask<T: serde::de::DeserializeOwned + 'static>(
        &self,
        task: &str,
        what: Command,
    ) -> LocalFuture<Result<T, Fault>> {
        let (stub, holder) = (stub(&self.env, &task_object(task)), self.holder.clone());
        Box::pin(async move { command(&stub?, Some(&holder), &what).await })
    }
}

impl Tasks for HeldTasks {
    fn name(&self) -> Result<String, Fault> {
        random_name()
    }

    fn begin(&self, task: &str, held: HeldTask, lifetime_ms: u64) -> LocalFuture<Result<TaskSignals, Fault>> {
        let begun = self.ask::<()>(task, Command::BeginTask { task: held, lifetime_ms });
        let (stub, holder) = (stub(&self.env, &task_object(task)), self.holder.clone());
        Box::pin(async move {
            begun.await?;
            let mut frames = listen(&stub?, &holder, Listen::Task).await?;
            frames.next().await.ok_or_else(|| Fault::new("a task's object opened no stream"))?;
            let signals = frames.filter_map(|frame| std::future::ready(serde_json::from_str(&frame).ok()));
            Ok(Box::pin(signals) as TaskSignals)
        })
    }

    fn state(&self, task: &str) -> LocalFuture<Result<Option<HeldTask>, Fault>> {
        self.ask(task, Command::TaskState)
    }

    fn happens(&self, task: &str, event: TaskEvent) -> LocalFuture<Result<bool, Fault>> {
        self.ask(task, Command::TaskHappens { event })
    }
}
