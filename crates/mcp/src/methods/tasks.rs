//! `tasks/get`, `tasks/update` and `tasks/cancel` (the extension `io.modelcontextprotocol/tasks`, SEP-2663), and the answer to a
//! call that has become a task.

use std::rc::Rc;

use json::whole_numbers;
use serde_json::{Map, Value};

use crate::declare::server::Server;
use crate::handler::answer::Answer;
use crate::handler::task_id::open_id;
use crate::handler::task_result::write_task;
use crate::handler::task_run::TaskSlot;
use crate::methods::exchange::Exchange;
use crate::model::client::DeclaredCapabilities;
use crate::model::error::RpcError;
use crate::model::failure::Failure;
use crate::model::jsonrpc::Params;
use crate::ports::authorize::Authorize;
use crate::ports::seal::Owner;
use crate::ports::tasks::{TASKS_EXTENSION, TaskEvent, TaskStatus, Tasks};

/// A task that a request is about.
struct Named {
    /// As the client knows it.
    id: String,
    name: String,
    tasks: Rc<dyn Tasks>,
}

impl<C: Authorize + Clone + 'static> Server<C> {
    pub(super) fn get_task(&self, exchange: &Exchange<'_>, app: &C) -> Result<Answer, Failure> {
        let Named { id, name, tasks } = exchange.task(app)?;
        let response_context = self.response_context(exchange)?;
        Ok(exchange.working(async move {
            let task = tasks.state(&name).await?.ok_or_else(no_such_task)?;
            write_task(&response_context, &id, &task)
        }))
    }

    /// Hands the client's answers on. Those to questions that nobody asked are ignored.
    pub(super) fn update_task(&self, exchange: &Exchange<'_>, app: &C) -> Result<Answer, Failure> {
        let named = exchange.task(app)?;
        let responses: Map<String, Value> = exchange
            .params
            .input_responses
            .and_then(|raw| json::from_str(&whole_numbers(raw.get())).ok())
            .ok_or_else(|| RpcError::invalid_params("params.inputResponses must be an object"))?;
        self.tell_task(exchange, named, TaskEvent::Answered { responses })
    }

    /// Cancels a task. One that is over stays what it is, and is acknowledged all the same.
    pub(super) fn cancel_task(&self, exchange: &Exchange<'_>, app: &C) -> Result<Answer, Failure> {
        let named = exchange.task(app)?;
        self.tell_task(exchange, named, TaskEvent::Settled { status: TaskStatus::Cancelled, outcome: None })
    }

    fn tell_task(
        &self,
        exchange: &Exchange<'_>,
        Named { name, tasks, .. }: Named,
        event: TaskEvent,
    ) -> Result<Answer, Failure> {
        let response_context = self.response_context(exchange)?;
        Ok(exchange.working(async move {
            if tasks.happens(&name, event).await? {
                response_context.finish(response_context.result(), None)
            } else {
                Err(no_such_task().into())
            }
        }))
    }

    /// What lets a handler go on as a task; `None` where there are none, or the client does not know them.
    pub(super) fn task_slot(&self, exchange: &Exchange<'_>, app: &C) -> Option<Rc<TaskSlot>> {
        let tasks = exchange.platform.held_tasks().filter(|_| self.has_tasks() && exchange.knows_tasks())?;
        Some(Rc::new(TaskSlot::new(Rc::clone(tasks), app.clone(), exchange.platform)))
    }
}

impl Exchange<'_> {
    /// "Clients declare the extension with each request."
    fn knows_tasks(&self) -> bool {
        self.capabilities.is_some_and(|raw| DeclaredCapabilities::read(raw).has_extension(TASKS_EXTENSION))
    }

    /// The task that this request names, if it is one of the caller's.
    fn task(&self, app: &impl Authorize) -> Result<Named, Failure> {
        let id = Params::required("taskId", self.params.task_id)?;
        self.check_name(&id)?;
        if !self.knows_tasks() {
            return Err(Failure::missing_extension(TASKS_EXTENSION, self.revision.era()));
        }
        let tasks = self.platform.held_tasks().ok_or_else(RpcError::internal)?;
        let name = open_id(&id, &Owner::of(app), self.platform).ok_or_else(no_such_task)?;
        Ok(Named { id: id.into_owned(), name, tasks: Rc::clone(tasks) })
    }
}

fn no_such_task() -> RpcError {
    RpcError::invalid_params("there is no such task (any more)")
}
