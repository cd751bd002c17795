//! Faults, as the log has them.

use worker::console_error;

/// Writes a fault into the log, once, under an id that the caller may be told.
pub fn log_fault(log_line: &str, fault: &impl std::fmt::Display) -> String {
    let fault_id = format!("{:016x}", getrandom::u64().unwrap_or_default());
    console_error!("fault {fault_id} {log_line}: {fault}");
    fault_id
}
