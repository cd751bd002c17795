//! The migrations of a client. What the rows are: `docs/STORAGE.md`.

use worker_kit::{
    sql,
    storage::{Migration, Schema},
};

pub(super) const SCHEMA: Schema = Schema::new(&[
    Migration::Sql(sql!(
        "CREATE TABLE IF NOT EXISTS registration (client TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT"
    )),
    Migration::Sql(sql!(
        "CREATE TABLE keys (
            address    TEXT NOT NULL,
            keys       TEXT NOT NULL,      -- JSON: ClientKeySet
            fetched_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE fetches (
            what TEXT NOT NULL,            -- 'document' or 'keys'
            at   INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE failures (
            what   TEXT PRIMARY KEY,       -- 'document' or 'keys'
            reason TEXT NOT NULL,          -- JSON: FetchFailure
            at     INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE used_assertions (
            used         INTEGER PRIMARY KEY AUTOINCREMENT,
            id           TEXT NOT NULL UNIQUE, -- digest of jti
            forgotten_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX used_assertions_by_end ON used_assertions (forgotten_at);"
    )),
])
.once_without_version("registration");
