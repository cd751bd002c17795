//! The tables of a list's object, as they came to be. What the columns mean: `docs/STORAGE.md`.

use worker_kit::storage::{Migration, Schema};

use super::provenance;

pub(super) const SCHEMA: Schema = Schema::new(&[
    Migration::Sql(
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
    CREATE INDEX IF NOT EXISTS creations_age ON creations (created_at);",
    ),
    Migration::Sql(
        "CREATE TABLE agreements (
        id      TEXT PRIMARY KEY,
        news    TEXT NOT NULL,        -- JSON, as the command was answered
        used_at INTEGER NOT NULL      -- ms since the epoch
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX agreements_age ON agreements (used_at);",
    ),
    // Creations had no owner, and no limit.
    Migration::Sql(
        "ALTER TABLE creations ADD COLUMN client TEXT NOT NULL DEFAULT '';
        CREATE INDEX creations_of_client ON creations (client, created_at);",
    ),
    Migration::Sql(
        "CREATE TABLE answers (
        key         TEXT PRIMARY KEY,
        command     TEXT NOT NULL,    -- JSON, as it was sent
        news        TEXT NOT NULL,    -- JSON, as it was answered
        answered_at INTEGER NOT NULL  -- ms since the epoch
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX answers_age ON answers (answered_at);",
    ),
    Migration::Sql(
        "CREATE TABLE provenance (
        todo_id    TEXT PRIMARY KEY,
        added_by   TEXT,              -- JSON; NULL: it is not known
        changed_by TEXT,              -- JSON; NULL: nobody has changed it, as far as is known
        changed_at TEXT,              -- JSON
        gone       INTEGER            -- the number of the change that deleted it; NULL: it is there
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX provenance_gone ON provenance (gone);",
    ),
    Migration::Code(provenance::from_history),
])
.once_without_version("journal");
