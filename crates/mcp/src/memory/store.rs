//! The store of sessions and tasks in memory.

use std::cell::{Cell, RefCell, RefMut};
use std::rc::{Rc, Weak};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::session_table::SessionTable;
use super::task_table::TaskTable;
use crate::model::error::Fault;
use crate::ports::local_future::LocalFuture;
use crate::ports::platform::Platform;
use crate::ports::seal::SealingKey;
use crate::ports::sessions::ResourceChange;

/// [`Sessions`](crate::Sessions) and [`Tasks`](crate::Tasks) in memory.
///
/// Everything lives on one thread (a current-thread runtime) and ends with the process. What is held has limits. Where one is
/// reached the oldest goes: a client can always come back and begin anew.
///
/// | what | limit |
/// |---|---|
/// | sessions of which something is held | 10,000; then the one that was not used for the longest time is dropped, and its streams end |
/// | sessions known to be ended | 100,000 |
/// | events kept for clients that come back for them | 10,000 and 64 MiB, of all sessions together |
/// | events on their way to a client that does not read | 1,000 for each stream; then the stream ends |
/// | resources a session subscribes to | 1,000, each with an address of at most 2,048 bytes; further ones are refused |
/// | the time a client may take to answer a question | 10 minutes |
/// | cancellations that come before a request waits for them | 64, of all sessions together |
/// | tasks | 10,000; then the one that was over first is forgotten; if none is over, no other begins, which is a [`Fault`] |
///
/// ```
/// # use mcp::{Memory, SealingKey};
/// # fn random_bytes() -> [u8; 32] { [7; 32] }
/// # mod tokio { pub mod time { pub async fn sleep(_: std::time::Duration) {} } }
/// let key = SealingKey::new(random_bytes());
/// let memory = Memory::new(key, std::time::SystemTime::now, |time| Box::pin(tokio::time::sleep(time)));
/// // For each request:
/// let platform = memory.platform();
/// ```
pub struct Memory {
    key: SealingKey,
    now: Box<dyn Fn() -> SystemTime>,
    pub(super) sleep: Box<dyn Fn(Duration) -> LocalFuture<()>>,
    names: Cell<u64>,
    sessions: RefCell<SessionTable>,
    /// For what outlives a call of [`Sessions`](crate::Sessions).
    pub(super) this: Weak<Self>,
    tasks: RefCell<TaskTable>,
}

impl Memory {
    /// Nothing held yet. The key is of this process alone, from 32 random bytes made for it: the names of sessions and tasks
    /// come from it, and one that was used before would give them again. The engine has no clock, so `now` is asked for the time,
    /// and `sleep` waits.
    pub fn new(
        key: SealingKey,
        now: impl Fn() -> SystemTime + 'static,
        sleep: impl Fn(Duration) -> LocalFuture<()> + 'static,
    ) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            this: this.clone(),
            key,
            now: Box::new(now),
            sleep: Box::new(sleep),
            names: Cell::default(),
            sessions: RefCell::default(),
            tasks: RefCell::default(),
        })
    }

    /// What the engine has to be given with a request: the time, the key, and this.
    pub fn platform(self: &Rc<Self>) -> Platform {
        Platform::at(self.now_ms()).key(self.key.clone()).sessions(self.clone()).tasks(self.clone())
    }

    /// Notifies a principal's clients of a change. A client with an open `subscriptions/listen` gets it now. One whose session
    /// subscribed gets it also when it reconnects later.
    ///
    /// # Errors
    /// A fault if it is called re-entrantly.
    pub fn changed(&self, principal: &str, change: &ResourceChange) -> Result<(), Fault> {
        self.sessions()?.changed(principal, change);
        Ok(())
    }

    /// Milliseconds since 1970 (UTC).
    pub(super) fn now_ms(&self) -> u64 {
        let since = (self.now)().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn sessions(&self) -> Result<RefMut<'_, SessionTable>, Fault> {
        self.sessions.try_borrow_mut().map_err(Fault::new)
    }

    pub(super) fn tasks(&self) -> Result<RefMut<'_, TaskTable>, Fault> {
        self.tasks.try_borrow_mut().map_err(Fault::new)
    }

    /// A name that cannot be guessed: derived with the key from the next number.
    pub(super) fn name(&self) -> Result<String, Fault> {
        let number = self.names.get();
        self.names.set(number.wrapping_add(1));
        let name = self.key.derive("name", &number.to_be_bytes());
        name.map(|bytes| format!("{:032x}", u128::from_be_bytes(bytes)))
            .ok_or_else(|| Fault::new("a name could not be made"))
    }
}

/// What is known already.
pub(super) fn now<T: 'static>(known: Result<T, Fault>) -> LocalFuture<Result<T, Fault>> {
    Box::pin(std::future::ready(known))
}
