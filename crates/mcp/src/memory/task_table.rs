//! The stored tasks.

use std::collections::{BTreeMap, BTreeSet};

use futures_channel::mpsc;

use super::limits::{MAX_TASKS, MAX_UNREAD};
use crate::model::error::Fault;
use crate::ports::tasks::{HeldTask, TaskEvent, TaskSignal, TaskSignals, TaskStatus};

/// Every task, by name, and when each expires.
#[derive(Default)]
pub(super) struct TaskTable {
    tasks: BTreeMap<String, Entry>,
    expiry: BTreeSet<(u64, String)>,
}

pub(super) struct Entry {
    pub(super) task: HeldTask,
    /// Until when it can be asked for, in milliseconds since 1970.
    expires_ms: u64,
    /// The sender to the call that runs the task.
    signals: mpsc::Sender<TaskSignal>,
}

impl Entry {
    pub(super) fn apply(&mut self, event: TaskEvent, now_ms: u64) {
        for signal in self.task.apply(event, now_ms) {
            // One that takes in nothing any more is not working on it; the next look at the task finds that out.
            if self.signals.try_send(signal).is_err() {
                self.signals.close_channel();
            }
        }
    }

    /// Marks the task as failed if it is not over and is not run any more.
    fn settle(&mut self, now_ms: u64) {
        if self.signals.is_closed() {
            self.apply(TaskEvent::Settled { status: TaskStatus::Failed, outcome: None }, now_ms);
        }
    }
}

impl TaskTable {
    pub(super) fn begin(
        &mut self,
        name: &str,
        task: HeldTask,
        now_ms: u64,
        expires_ms: u64,
    ) -> Result<TaskSignals, Fault> {
        while self.expiry.first().is_some_and(|(expires_ms, _)| *expires_ms <= now_ms) {
            let expired = self.expiry.pop_first();
            expired.and_then(|(_, name)| self.tasks.remove(&name));
        }
        if self.tasks.len() >= MAX_TASKS {
            self.make_room(now_ms)?;
        }
        let (signals, received) = mpsc::channel(MAX_UNREAD);
        self.tasks.insert(name.to_owned(), Entry { task, expires_ms, signals });
        self.expiry.insert((expires_ms, name.to_owned()));
        Ok(Box::pin(received))
    }

    /// Forgets the task that has been over for the longest time.
    fn make_room(&mut self, now_ms: u64) -> Result<(), Fault> {
        self.tasks.values_mut().for_each(|entry| entry.settle(now_ms));
        let over = self.tasks.iter().filter(|(_, entry)| entry.task.status.is_terminal());
        let oldest = over.min_by_key(|(_, entry)| entry.task.updated_ms).map(|(name, _)| name.clone());
        let oldest = oldest.ok_or_else(|| Fault::new("too many tasks are being worked on"))?;
        if let Some(entry) = self.tasks.remove(&oldest) {
            self.expiry.remove(&(entry.expires_ms, oldest));
        }
        Ok(())
    }

    pub(super) fn entry(&mut self, name: &str, now_ms: u64) -> Option<&mut Entry> {
        let entry = self.tasks.get_mut(name).filter(|entry| entry.expires_ms > now_ms)?;
        entry.settle(now_ms);
        Some(entry)
    }
}
