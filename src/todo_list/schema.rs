//! The migrations of a list's object. What the columns mean: `docs/STORAGE.md`.

use mcp_workers::change_feed;
use worker::SqlStorage;
use worker_kit::{
    sql,
    sql::optional_number,
    storage::{Migration, Schema},
};

use super::provenance;

pub(super) const SCHEMA: Schema = Schema::new(&[
    Migration::Sql(sql!(
        "CREATE TABLE IF NOT EXISTS journal (
        todo_id    TEXT PRIMARY KEY,
        todo       TEXT,              -- JSON; NULL: deleted
        version    INTEGER NOT NULL,
        settled_at INTEGER            -- when KV took this version, ms since the epoch; NULL: it has not
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS journal_settled ON journal (settled_at, todo_id);
    CREATE TABLE IF NOT EXISTS history (
        number  INTEGER NOT NULL,
        part    INTEGER NOT NULL,     -- a change of many todos takes several rows
        change  TEXT NOT NULL,        -- JSON, with this part's todos
        touched INTEGER NOT NULL,     -- how many todos this change and all before it touched
        PRIMARY KEY (number, part)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS creations (
        key        TEXT PRIMARY KEY,
        todo       TEXT NOT NULL,     -- JSON, as it was created
        created_at INTEGER NOT NULL   -- ms since the epoch
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS creations_age ON creations (created_at);"
    )),
    Migration::Sql(sql!(
        "CREATE TABLE agreements (
        id      TEXT PRIMARY KEY,
        news    TEXT NOT NULL,        -- JSON, as the command was answered
        used_at INTEGER NOT NULL      -- ms since the epoch
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX agreements_age ON agreements (used_at);"
    )),
    // Creations had no owner, and no limit.
    Migration::Sql(sql!(
        "ALTER TABLE creations ADD COLUMN client TEXT NOT NULL DEFAULT '';
        CREATE INDEX creations_of_client ON creations (client, created_at);"
    )),
    Migration::Sql(sql!(
        "CREATE TABLE answers (
        key         TEXT PRIMARY KEY,
        command     TEXT NOT NULL,    -- JSON, as it was sent
        news        TEXT NOT NULL,    -- JSON, as it was answered
        answered_at INTEGER NOT NULL  -- ms since the epoch
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX answers_age ON answers (answered_at);"
    )),
    Migration::Sql(sql!(
        "CREATE TABLE provenance (
        todo_id    TEXT PRIMARY KEY,
        added_by   TEXT,              -- JSON; NULL: it is not known
        changed_by TEXT,              -- JSON; NULL: nobody has changed it, as far as is known
        changed_at TEXT,              -- JSON
        gone       INTEGER            -- the number of the change that deleted it; NULL: it is there
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX provenance_gone ON provenance (gone);"
    )),
    Migration::Code(provenance::from_history),
    // The list moved from Workers KV into the object. A release that does not look at `schema_version` must not take the journal
    // for one that it knows, and serve a list that is not the list any more: it finds none of its columns.
    Migration::Sql(sql!(
        "ALTER TABLE journal RENAME TO earlier_journal;
    CREATE TABLE journal (moved_to_todos INTEGER) STRICT;
    CREATE TABLE list (               -- one row, once the object has its list: the marker
        only      INTEGER PRIMARY KEY CHECK (only = 1),
        version   INTEGER NOT NULL,   -- the number of the newest change
        open      INTEGER NOT NULL,   -- how many todos are open
        completed INTEGER NOT NULL,   -- how many are completed
        bytes     INTEGER NOT NULL,   -- how long the todos' JSON is together
        last_id   TEXT                -- the newest id ever given
    ) STRICT;
    CREATE TABLE todos (
        todo_id   TEXT PRIMARY KEY,
        completed INTEGER NOT NULL,   -- 0 or 1
        due_day   INTEGER,            -- 1: the first of January of the year 1; NULL: no due date
        todo      TEXT NOT NULL       -- JSON
    ) STRICT;
    CREATE UNIQUE INDEX todos_in_order ON todos (completed, todo_id);
    CREATE TABLE staged (             -- as todos: what was read from KV until there is the list
        todo_id   TEXT PRIMARY KEY,
        completed INTEGER NOT NULL,
        due_day   INTEGER,
        todo      TEXT NOT NULL
    ) STRICT;
    CREATE TABLE kv_reading (         -- one row while KV is being read, after the first page or failure
        only      INTEGER PRIMARY KEY CHECK (only = 1),
        purpose   TEXT NOT NULL,      -- what for
        cursor    TEXT,               -- where to go on; NULL: at the beginning
        failures  INTEGER NOT NULL,   -- how many tries in a row went wrong
        next_at   INTEGER NOT NULL    -- not before, ms since the epoch
    ) STRICT;"
    )),
    Migration::Sql(sql!(kv_copy::SCHEMA)),
    Migration::Sql(sql!(
        "CREATE TABLE ended_access (
        access  TEXT PRIMARY KEY,     -- `grant …` or `session …`
        told_at INTEGER NOT NULL      -- ms since the epoch
    ) STRICT, WITHOUT ROWID;"
    )),
    // Whom to tell of changes was the registry's to know.
    Migration::Sql(sql!(change_feed::SCHEMA)),
    Migration::Code(adopt_subscribers),
    // How often a listed key has had no value, apart from tries that failed.
    Migration::Sql(sql!("ALTER TABLE kv_reading ADD COLUMN missing INTEGER NOT NULL DEFAULT 0")),
])
.once_without_version("journal");

/// Has those who subscribed while an earlier release ran told of changes, unless this object is new.
fn adopt_subscribers(sql: &SqlStorage) -> worker_kit::Result<()> {
    let was_used = "SELECT EXISTS (SELECT 1 FROM list) OR EXISTS (SELECT 1 FROM history) OR EXISTS (SELECT 1 FROM earlier_journal)
                    OR EXISTS (SELECT 1 FROM creations)";
    if optional_number(sql, was_used, &[])? == Some(1) { change_feed::adopt(sql) } else { Ok(()) }
}
