//! The storage of a Durable Object: SQLite tables whose schema has a version.
//!
//! An object declares a [`Schema`]: its [`Migration`]s, oldest first. The schema's version is how many of them have run.
//! [`ObjectStorage`] runs what is missing before it hands out the tables: each migration once, in order, all of them in one
//! transaction with the note that they have run. That is looked up once for each life of the object in memory; a request costs no
//! statement for it.
//!
//! * Storage **without tables** belongs to an object that was never needed. [`ObjectStorage::existing`] leaves it so: ids can
//!   be made up, and asking about one must not leave a trace. [`ObjectStorage::tables`] makes the tables.
//! * Storage **with tables and no version** was made before versions were noted ([`Schema::once_without_version`]). Its tables
//!   are those of version 1, or fewer, so the first migration must be one that changes nothing where they are:
//!   `CREATE … IF NOT EXISTS`.
//! * Storage that is **newer than the code** is left as it is, to the byte: after a deployment was rolled back, the code before
//!   cannot read it. A caller is answered 503 ([`ObjectStorage::unavailable`]), an alarm comes back
//!   later ([`ObjectStorage::postpone_alarm`]), and code of the right version finds everything again.
//!
//! A migration must be quick, since the object answers no request meanwhile, and must not depend on types that will change: what it
//! reads and writes was written down when it was made. It is never edited once it has been released.

mod known;

use std::{cell::Cell, time::Duration};

use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::{SqlStorage, State, Storage};

use crate::{
    http::{Body, Response},
    sql::{self, Values},
};

pub use self::known::Known;
use self::known::Undone;

/// The `Retry-After` of an object whose storage is newer than the code, in seconds: about as long as a deployment takes.
pub const RETRY_SECONDS: u32 = 60;

/// The delay after which an alarm is repeated that found storage newer than the code.
const ALARM_AGAIN: Duration = Duration::from_mins(5);

/// One step from a version of the schema to the next.
#[derive(Clone, Copy)]
pub enum Migration {
    /// SQL statements, separated by semicolons.
    Sql(&'static str),
    /// A step that SQL alone cannot do. An error rolls back all that was missing.
    Code(fn(&SqlStorage) -> crate::Result<()>),
}

impl Migration {
    fn run(self, sql: &SqlStorage) -> crate::Result<()> {
        match self {
            Self::Sql(statements) => sql::run(sql, statements, &[]),
            Self::Code(step) => step(sql),
        }
    }
}

/// The schema of one kind of object: its migrations.
#[derive(Clone, Copy)]
pub struct Schema {
    migrations: &'static [Migration],
    once_without_version: Option<&'static str>,
}

impl Schema {
    /// The schema that these migrations make, oldest first.
    pub const fn new(migrations: &'static [Migration]) -> Self {
        Self { migrations, once_without_version: None }
    }

    /// Says that objects of this kind existed before versions were stored; all of them have this table.
    #[must_use]
    pub const fn once_without_version(self, table: &'static str) -> Self {
        Self { once_without_version: Some(table), ..self }
    }
}

/// The table that says which version the others have: one row.
const VERSION_TABLE: &str = "schema_version";

/// The storage of one object.
pub struct ObjectStorage {
    storage: Storage,
    sql: SqlStorage,
    schema: Schema,
    /// The state found at the first access; only this instance changes it afterwards.
    found: Cell<Option<Found>>,
    undone: Undone,
}

/// The state of the storage.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// No table at all.
    Nothing,
    /// Every migration has run.
    Current,
    /// Migrations have run that this code does not know.
    Newer,
}

impl ObjectStorage {
    /// The storage of the object with this state. It is not read yet.
    pub fn new(state: &State, schema: Schema) -> Self {
        let storage = state.storage();
        Self { sql: storage.sql(), storage, schema, found: Cell::new(None), undone: Undone::default() }
    }

    /// The tables, if there are any.
    ///
    /// # Errors
    /// The platform's, a migration's, or that the storage is newer than the code.
    pub fn existing(&self) -> crate::Result<Option<&SqlStorage>> {
        match self.found()? {
            Found::Nothing => Ok(None),
            Found::Current => Ok(Some(&self.sql)),
            Found::Newer => Err("the storage is newer than the code".into()),
        }
    }

    /// The tables, which are made if there are none.
    ///
    /// # Errors
    /// As [`existing`](Self::existing).
    pub fn tables(&self) -> crate::Result<&SqlStorage> {
        if self.existing()?.is_none() {
            self.migrate(0)?;
            self.found.set(Some(Found::Current));
        }
        Ok(&self.sql)
    }

    /// The response 503 with `Retry-After` where the storage is newer than the code, else `None`. An object's `fetch` asks this
    /// first.
    ///
    /// # Errors
    /// The platform's, or a migration's.
    pub fn unavailable(&self) -> crate::Result<Option<Response>> {
        Ok((self.found()? == Found::Newer).then(unavailable))
    }

    /// Whether the storage is newer than the code; then the alarm is set again, for newer code. An object's `alarm` asks this first.
    ///
    /// # Errors
    /// The platform's, or a migration's.
    pub async fn postpone_alarm(&self) -> crate::Result<bool> {
        let is_newer = self.is_newer()?;
        if is_newer {
            self.storage.set_alarm(ALARM_AGAIN).await?;
        }
        Ok(is_newer)
    }

    /// Whether migrations have run that this code does not know. Then nothing may be written.
    ///
    /// # Errors
    /// The platform's, or a migration's.
    pub fn is_newer(&self) -> crate::Result<bool> {
        Ok(self.found()? == Found::Newer)
    }

    /// Runs `steps` in a transaction: their writes are rolled back when they return an error. Whatever was [`Known`] of the tables is
    /// forgotten then.
    ///
    /// # Errors
    /// The steps' own, or the platform's.
    pub fn transaction<T, E: From<crate::Error>>(
        &self,
        steps: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.undone.in_transaction(steps, |steps| transaction(&self.storage, steps))
    }

    /// For a value in these tables. It is not known yet.
    pub fn known<T>(&self) -> Known<T> {
        Known::until(&self.undone)
    }

    /// Deletes everything, the tables and the version among it.
    ///
    /// # Errors
    /// The platform's.
    pub async fn delete_all(&self) -> crate::Result<()> {
        self.found.set(Some(Found::Nothing));
        self.undone.note();
        let deleted = self.storage.delete_all().await;
        if deleted.is_err() {
            self.found.set(None);
        }
        Ok(deleted?)
    }

    /// The platform's own storage, for alarms.
    pub fn platform(&self) -> &Storage {
        &self.storage
    }

    /// Reads the state of the storage once, and runs the missing migrations.
    fn found(&self) -> crate::Result<Found> {
        if let Some(found) = self.found.get() {
            return Ok(found);
        }
        let found = match self.version()? {
            None => Found::Nothing,
            Some(version) if version > self.schema.migrations.len() => Found::Newer,
            Some(version) => {
                self.migrate(version)?;
                Found::Current
            }
        };
        self.found.set(Some(found));
        Ok(found)
    }

    /// How many migrations have run; `None` where there are no tables, 0 where there are some and no note.
    fn version(&self) -> crate::Result<Option<usize>> {
        // By name: the platform may have tables of its own among them.
        let known = "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN (?, ?)";
        let names: Values<'_> = &[&VERSION_TABLE, &self.schema.once_without_version];
        let tables: Vec<String> = sql::read(&self.sql, known, names)?;
        if tables.iter().any(|table| table == VERSION_TABLE) {
            let version = sql::read_first(&self.sql, "SELECT version FROM schema_version", &[])?;
            return version.map(Some).ok_or_else(|| "the tables have no version".into());
        }
        Ok((!tables.is_empty()).then_some(0))
    }

    /// Runs the migrations after those that have run, all of them or none.
    fn migrate(&self, done: usize) -> crate::Result<()> {
        let migrations = self.schema.migrations;
        let missing = migrations.get(done..).unwrap_or_default();
        if missing.is_empty() {
            return Ok(());
        }
        transaction(&self.storage, &mut || {
            missing.iter().try_for_each(|migration| migration.run(&self.sql))?;
            self.note(migrations.len())
        })
    }

    /// Notes how many migrations have run. (Of several statements the last one has the value.)
    fn note(&self, version: usize) -> crate::Result<()> {
        sql::run(
            &self.sql,
            crate::sql!(
                "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT;
                 DELETE FROM schema_version;
                 INSERT INTO schema_version (version) VALUES (?)"
            ),
            &[&version],
        )
    }
}

/// 503, with `Retry-After`.
fn unavailable() -> Response {
    Response::new(503, Body::Empty)
        .with("cache-control", "no-store")
        .with("retry-after", &RETRY_SECONDS.to_string())
}

#[wasm_bindgen]
extern "C" {
    /// The platform's storage, with the method that `worker` 0.8 does not have. SQL has no word for it: an object's SQLite
    /// refuses `BEGIN` and `SAVEPOINT`.
    type SynchronousStorage;

    /// <https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/#transactionsync>
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &SynchronousStorage,
        steps: &mut dyn FnMut() -> Result<(), JsValue>,
    ) -> Result<JsValue, JsValue>;
}

/// Runs some steps whole or not at all: an error undoes what they have written.
fn transaction(storage: &Storage, steps: &mut dyn FnMut() -> crate::Result<()>) -> crate::Result<()> {
    let storage: &SynchronousStorage = storage.as_raw().unchecked_ref();
    storage.transaction_sync(&mut || steps().map_err(JsValue::from))?;
    Ok(())
}
