//! A task as clients are told of it (SEP-2663).

use chrono::{DateTime, Timelike};

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

/// RFC 3339, UTC, milliseconds. Not as `chrono` writes it, which looks for an offset.
fn rfc3339(ms: u64) -> String {
    let moment = i64::try_from(ms).ok().and_then(DateTime::from_timestamp_millis).unwrap_or_default();
    let milliseconds = moment.timestamp_subsec_millis();
    let moment = moment.naive_utc();
    let (hour, minute, second) = (moment.hour(), moment.minute(), moment.second());
    format!("{}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}Z", moment.date())
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_moment_is_written_as_chrono_writes_it(ms in 0..400_000_000_000_000_u64) {
            let moment = DateTime::from_timestamp_millis(i64::try_from(ms).unwrap()).unwrap();
            prop_assert_eq!(rfc3339(ms), moment.to_rfc3339_opts(SecondsFormat::Millis, true));
        }
    }
}
