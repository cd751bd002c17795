//! What the engine has to be given, because it has neither a clock nor secrets of its own.

use std::rc::Rc;

use crate::ports::seal::SealingKey;
use crate::ports::sessions::Sessions;
use crate::ports::tasks::Tasks;

/// The particulars of the place where a request is answered.
#[derive(Clone, Default)]
pub struct Platform {
    now_ms: u64,
    key: Option<SealingKey>,
    sessions: Option<Rc<dyn Sessions>>,
    tasks: Option<Rc<dyn Tasks>>,
}

impl Platform {
    /// At this moment, in milliseconds since 1970 (UTC).
    pub fn at(now_ms: u64) -> Self {
        Self { now_ms, key: None, sessions: None, tasks: None }
    }

    /// With a key for what clients keep for us. Without one a handler's questions to the client ([`crate::Context::elicit`]
    /// and its kin) must all be answered in a single round.
    #[must_use]
    pub fn key(self, key: SealingKey) -> Self {
        Self { key: Some(key), ..self }
    }

    /// With sessions of the handshake era, which need a key too. Without them there is no `Mcp-Session-Id`, GET and DELETE
    /// are refused, and clients of that era are neither asked nor told anything but results.
    #[must_use]
    pub fn sessions(self, sessions: Rc<dyn Sessions>) -> Self {
        Self { sessions: Some(sessions), ..self }
    }

    /// With tasks, which need a key too. Without them no call goes on as one.
    #[must_use]
    pub fn tasks(self, tasks: Rc<dyn Tasks>) -> Self {
        Self { tasks: Some(tasks), ..self }
    }

    pub(crate) fn held_tasks(&self) -> Option<&Rc<dyn Tasks>> {
        self.tasks.as_ref().filter(|_| self.key.is_some())
    }

    pub(crate) fn now_ms(&self) -> u64 {
        self.now_ms
    }

    pub(crate) fn held_sessions(&self) -> Option<&Rc<dyn Sessions>> {
        self.sessions.as_ref().filter(|_| self.key.is_some())
    }

    pub(crate) fn now_seconds(&self) -> u64 {
        self.now_ms / 1000
    }

    pub(crate) fn sealing_key(&self) -> Option<&SealingKey> {
        self.key.as_ref()
    }
}
