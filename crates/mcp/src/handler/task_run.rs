//! A handler that goes on as a task: how it begins, asks, is cancelled, and ends.

use std::cell::{OnceCell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::handler::ask::{AskError, Question};
use crate::handler::task_id::seal_id;
use crate::model::error::Fault;
use crate::model::failure::Failure;
use crate::model::sorted;
use crate::ports::authorize::Authorize;
use crate::ports::local_future::LocalFuture;
use crate::ports::platform::Platform;
use crate::ports::seal::Owner;
use crate::ports::tasks::{HeldTask, LIFETIME_MS, TaskEvent, TaskSignal, TaskSignals, TaskStatus, Tasks};

/// Asks whether the caller's access stands.
type ConfirmAccess = Box<dyn Fn() -> LocalFuture<Result<(), Fault>>>;

/// What a call needs to become a task, and the task it has become.
pub(crate) struct TaskSlot {
    tasks: Rc<dyn Tasks>,
    owner: Owner,
    confirm_access: ConfirmAccess,
    platform: Platform,
    run: OnceCell<Rc<TaskRun>>,
}

impl TaskSlot {
    pub(crate) fn new(tasks: Rc<dyn Tasks>, caller: impl Authorize + 'static, platform: &Platform) -> Self {
        let owner = Owner::of(&caller);
        let confirm_access: ConfirmAccess = Box::new(move || caller.confirm_access());
        Self { tasks, owner, confirm_access, platform: platform.clone(), run: OnceCell::new() }
    }

    pub(crate) fn run(&self) -> Option<&Rc<TaskRun>> {
        self.run.get()
    }

    /// Begins the task, unless it has begun. "A server MUST NOT return `CreateTaskResult` until the task is durably created."
    pub(crate) async fn begin(&self) -> Result<Option<Rc<TaskRun>>, Fault> {
        if self.run.get().is_some() {
            return Ok(None);
        }
        (self.confirm_access)().await?;
        let name = self.tasks.name()?;
        let id = seal_id(&name, &self.owner, &self.platform)
            .ok_or_else(|| Fault::new("a task needs a key to seal its id with"))?;
        let signals = self.tasks.begin(&name, HeldTask::new(self.platform.now_ms()), LIFETIME_MS).await?;
        let run = Rc::new(TaskRun {
            id,
            name,
            began_ms: self.platform.now_ms(),
            tasks: Rc::clone(&self.tasks),
            signals: RefCell::new(Some(signals)),
            inbox: RefCell::default(),
        });
        Ok(self.run.set(Rc::clone(&run)).is_ok().then_some(run))
    }
}

/// A task at work.
pub(crate) struct TaskRun {
    pub(crate) id: String,
    pub(crate) began_ms: u64,
    name: String,
    tasks: Rc<dyn Tasks>,
    signals: RefCell<Option<TaskSignals>>,
    inbox: RefCell<Inbox>,
}

#[derive(Default)]
struct Inbox {
    answers: Map<String, Value>,
    waiting: Vec<Waker>,
}

impl TaskRun {
    /// Puts a question and waits for an answer that fits it.
    pub(crate) async fn ask<T>(
        &self,
        name: &str,
        question: &Question,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, AskError> {
        loop {
            let asked = TaskEvent::Asked { name: name.to_owned(), request: question.wire() };
            self.tasks.happens(&self.name, asked).await.map_err(AskError::Fault)?;
            let answer = poll_fn(|task| self.answer(name, task)).await;
            if let Some(answer) = read(&answer) {
                return Ok(answer);
            }
        }
    }

    fn answer(&self, name: &str, task: &Context<'_>) -> Poll<Value> {
        let Ok(mut inbox) = self.inbox.try_borrow_mut() else { return Poll::Pending };
        match sorted::take(&mut inbox.answers, name) {
            Some(answer) => Poll::Ready(answer),
            None => {
                inbox.waiting.push(task.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Works the handler off, unless the client cancels the task. Gives what is for the log.
    pub(crate) async fn finish(&self, mut response: LocalFuture<Result<Vec<u8>, Failure>>) -> Vec<Fault> {
        let response = poll_fn(|task| {
            if self.is_cancelled(task) {
                return Poll::Ready(None);
            }
            response.as_mut().poll(task).map(Some)
        })
        .await;
        let (event, fault) = match response {
            None => return Vec::new(),
            Some(Ok(response)) => (settled(&response), None),
            Some(Err(failure)) => {
                let (error, _, fault) = failure.into_rpc_error();
                let outcome = json::to_value(&error).ok();
                (TaskEvent::Settled { status: TaskStatus::Failed, outcome }, fault)
            }
        };
        let kept = self.tasks.happens(&self.name, event).await.err();
        // From here on nobody works on it.
        self.signals.take();
        fault.into_iter().chain(kept).collect()
    }

    /// Takes in what has come, and says whether that was the end.
    fn is_cancelled(&self, task: &mut Context<'_>) -> bool {
        let Ok(mut signals) = self.signals.try_borrow_mut() else { return false };
        let Some(stream) = signals.as_mut() else { return false };
        loop {
            match stream.as_mut().poll_next(task) {
                Poll::Pending => return false,
                // Whoever holds the task is gone, and has given it up.
                Poll::Ready(None | Some(TaskSignal::Cancelled)) => return true,
                Poll::Ready(Some(TaskSignal::Answered { name, response })) => {
                    if let Ok(mut inbox) = self.inbox.try_borrow_mut() {
                        inbox.answers.insert(name, response);
                        inbox.waiting.drain(..).for_each(Waker::wake);
                    }
                }
            }
        }
    }
}

/// What a JSON-RPC response comes to.
fn settled(response: &[u8]) -> TaskEvent {
    #[derive(Deserialize)]
    struct Response {
        result: Option<Value>,
        error: Option<Value>,
    }
    match json::from_slice(response) {
        Ok(Response { result: Some(result), .. }) => {
            TaskEvent::Settled { status: TaskStatus::Completed, outcome: Some(result) }
        }
        Ok(Response { error, .. }) => TaskEvent::Settled { status: TaskStatus::Failed, outcome: error },
        Err(_) => TaskEvent::Settled { status: TaskStatus::Failed, outcome: None },
    }
}
