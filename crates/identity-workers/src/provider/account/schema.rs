//! The migrations of an account. What the rows are: `docs/STORAGE.md`.

use worker_kit::{
    sql,
    storage::{Migration, Schema},
};

pub(super) const SCHEMA: Schema = Schema::new(&[
    Migration::Sql(sql!(
        "CREATE TABLE IF NOT EXISTS profile (
        email      TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        verified   INTEGER NOT NULL      -- 1 once somebody has logged in
    ) STRICT;
    CREATE TABLE IF NOT EXISTS sent_codes (at INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS login_codes (
        browser    TEXT PRIMARY KEY,     -- digest of the cookie
        code       TEXT NOT NULL,        -- JSON: LoginCode
        expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sessions (
        token      TEXT PRIMARY KEY,     -- digest
        session_id TEXT NOT NULL,
        life       TEXT NOT NULL,        -- JSON: SessionLife
        attributes TEXT NOT NULL,        -- JSON
        used_at    INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS connected_apps (
        client_id  TEXT PRIMARY KEY,
        name       TEXT NOT NULL,
        consents   TEXT NOT NULL,        -- JSON: what was agreed to
        connected_at INTEGER NOT NULL,
        used_at    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS grants (
        made       INTEGER PRIMARY KEY AUTOINCREMENT,
        grant_id   TEXT NOT NULL UNIQUE,
        client_id  TEXT NOT NULL,
        scopes     TEXT NOT NULL,
        authenticated_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS codes (
        code       TEXT PRIMARY KEY,     -- digest
        grant_id   TEXT NOT NULL,
        stands_for TEXT NOT NULL,        -- JSON: AuthorizationCode
        expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS refresh_tokens (
        made       INTEGER PRIMARY KEY AUTOINCREMENT,
        token      TEXT NOT NULL UNIQUE, -- digest
        grant_id   TEXT NOT NULL,
        state      TEXT NOT NULL,        -- JSON: RefreshToken
        expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS refresh_tokens_of_grant ON refresh_tokens (grant_id);
    CREATE INDEX IF NOT EXISTS codes_of_grant ON codes (grant_id);"
    )),
    Migration::Sql(sql!(
        "ALTER TABLE sent_codes ADD COLUMN known_browser TEXT; -- digest of its cookie; NULL: a stranger's
        CREATE TABLE known_browsers (
            browser    TEXT PRIMARY KEY,   -- digest of its cookie
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;"
    )),
    Migration::Sql(sql!(
        "ALTER TABLE grants ADD COLUMN begun_at INTEGER;  -- NULL: before it was noted
    ALTER TABLE grants ADD COLUMN used_at INTEGER;    -- NULL: it has not called since that is noted
    CREATE INDEX grants_of_client ON grants (client_id);"
    )),
    Migration::Sql(sql!(
        "CREATE TABLE untold_ends (
        place    INTEGER PRIMARY KEY AUTOINCREMENT,
        access   TEXT NOT NULL,          -- JSON: Access
        ended_at INTEGER NOT NULL
    ) STRICT;"
    )),
])
.once_without_version("profile");
