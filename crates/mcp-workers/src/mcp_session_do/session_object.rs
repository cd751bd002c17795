//! The object with its fields, its settings and its tables.

#![expect(missing_docs, reason = "the platform's macro adds methods without any")]

use std::cell::Cell;
use std::rc::Rc;

use worker::{Env, SqlStorage, State};
use worker_kit::sql;
use worker_kit::storage::{Known, ObjectStorage};
use worker_macros::durable_object;

use super::kept::Sizes;
use super::schema::SCHEMA;
use super::settings::Settings;
use crate::change_feed::ChangeFeed;
use crate::limits::Limits;
use crate::retention::Retention;

/// The class of the objects behind the binding `MCP_SESSION`, which store what outlives a request: one for each session, one for each
/// task, and one for each principal. A Worker exports it, or a class of its own that wraps it.
#[durable_object]
pub struct McpSession {
    pub(super) state: State,
    pub(super) storage: Rc<ObjectStorage>,
    pub(super) env: Env,
    pub(super) retention: Retention,
    pub(super) limits: Limits,
    pub(super) settings: Settings,
    /// How much is kept: counted once after the object is loaded, and then updated.
    pub(super) kept: Known<Sizes>,
    /// The feed of a registry.
    pub(super) feed: Rc<ChangeFeed>,
    /// When the alarm is due, in milliseconds since 1970, as far as this instance knows.
    pub(super) alarm_at: Cell<Option<u64>>,
}

impl McpSession {
    /// Makes the object when the platform loads it.
    pub(super) fn awake(state: State, env: Env) -> Self {
        let storage = Rc::new(ObjectStorage::new(&state, SCHEMA));
        Self {
            state,
            feed: ChangeFeed::new(Rc::clone(&storage)).into(),
            settings: Settings(storage.known()),
            kept: storage.known(),
            storage,
            env,
            retention: Retention::default(),
            limits: Limits::default(),
            alarm_at: Cell::default(),
        }
    }

    /// Sets the retention. For a class of your own that wraps this one.
    #[must_use]
    pub fn with_retention(self, retention: Retention) -> Self {
        Self { retention, ..self }.with_feed()
    }

    /// Sets the limits. For a class of your own that wraps this one.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }.with_feed()
    }

    fn with_feed(self) -> Self {
        let feed = ChangeFeed::with(Rc::clone(&self.storage), &self.limits, self.retention);
        Self { feed: feed.into(), ..self }
    }

    /// The tables.
    ///
    /// # Errors
    /// The object holds nothing, and has no tables.
    pub(super) fn sql(&self) -> worker_kit::Result<&SqlStorage> {
        self.storage.existing()?.ok_or_else(|| "nothing is held here".into())
    }

    pub(super) fn run(&self, statement: &str, values: sql::Values<'_>) -> worker_kit::Result<()> {
        sql::run(self.sql()?, statement, values)
    }

    pub(super) fn is_held(&self) -> worker_kit::Result<bool> {
        Ok(self.storage.existing()?.is_some())
    }

    pub(super) fn setting(&self, name: &str) -> worker_kit::Result<Option<String>> {
        if self.is_held()? { self.settings.get(self.sql()?, name) } else { Ok(None) }
    }

    pub(super) fn set(&self, name: &str, value: &str) -> worker_kit::Result<()> {
        self.set_all(&[(name, value)])
    }

    pub(super) fn set_all(&self, named: &[(&str, &str)]) -> worker_kit::Result<()> {
        self.settings.set(self.sql()?, named)
    }

    pub(super) fn count(&self, query: &str) -> worker_kit::Result<u32> {
        Ok(sql::read_first(self.sql()?, query, &[])?.unwrap_or_default())
    }
}
