//! A task as clients are told of it (SEP-2663).

use chrono::{DateTime, SecondsFormat};

use crate::handler::response_context::ResponseContext;
use crate::model::error::RpcError;
use crate::model::failure::Failure;
use crate::model::wire::ResultWriter;
use crate::ports::tasks::{HeldTask, LIFETIME_MS, POLL_INTERVAL_MS, TaskStatus};

/// The answer to a call that has become a task.
pub(crate) fn write_created(
    response_context: &ResponseContext,
    id: &str,
    began_ms: u64,
) -> Result<Vec<u8>, Failure> {
    let mut result = response_context.result_of_type("task");
    write_members(&mut result, id, &HeldTask::new(began_ms))?;
    response_context.finish(result, None)
}

pub(crate) fn write_task(
    response_context: &ResponseContext,
    id: &str,
    task: &HeldTask,
) -> Result<Vec<u8>, Failure> {
    let mut result = response_context.result();
    write_members(&mut result, id, task)?;
    match task.status {
        TaskStatus::InputRequired => result.member("inputRequests", &task.requests)?,
        TaskStatus::Completed => result.member("result", &task.outcome)?,
        TaskStatus::Failed => {
            let lost = || json::to_value(&RpcError::internal()).unwrap_or_default();
            result.member("error", &task.outcome.clone().unwrap_or_else(lost))?;
        }
        TaskStatus::Working | TaskStatus::Cancelled => {}
    }
    response_context.finish(result, None)
}

fn write_members(result: &mut ResultWriter, id: &str, task: &HeldTask) -> Result<(), Failure> {
    result.member("taskId", id)?;
    result.member("status", &task.status)?;
    result.member("createdAt", &rfc3339(task.created_ms))?;
    result.member("lastUpdatedAt", &rfc3339(task.updated_ms))?;
    result.member("ttlMs", &LIFETIME_MS)?;
    result.member("pollIntervalMs", &POLL_INTERVAL_MS)?;
    Ok(())
}

fn rfc3339(ms: u64) -> String {
    let time = i64::try_from(ms).ok().and_then(DateTime::from_timestamp_millis).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}
