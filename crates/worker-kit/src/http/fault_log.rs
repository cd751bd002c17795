//! Writing faults to the log.

use worker::console_error;

/// Writes a fault into the log under a new random id of 16 hexadecimal digits, and returns the id. The caller may be shown it.
pub fn log_fault(log_line: &str, fault: &impl std::fmt::Display) -> String {
    let fault_id = format!("{:016x}", getrandom::u64().unwrap_or_default());
    console_error!("fault {fault_id} {log_line}: {fault}");
    fault_id
}
