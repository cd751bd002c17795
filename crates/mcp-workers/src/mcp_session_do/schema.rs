//! The object's tables.

use worker_kit::{
    sql,
    storage::{Migration, Schema},
};

use crate::change_feed;

/// What is stored. `at` is in milliseconds since 1970.
pub(super) const SCHEMA: Schema = Schema::new(&[
    Migration::Sql(sql!("CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS event (
            stream TEXT NOT NULL, number INTEGER NOT NULL, message TEXT NOT NULL, last INTEGER NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (stream, number)
        );
        CREATE TABLE IF NOT EXISTS answer (request TEXT PRIMARY KEY, response TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS subscription (uri TEXT PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS member (session TEXT PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS cancelled (request TEXT PRIMARY KEY, at INTEGER NOT NULL);")),
    // The table held only sessions subscribed to changes, without the client that each belongs to.
    Migration::Sql(sql!("ALTER TABLE member ADD COLUMN client TEXT NOT NULL DEFAULT '';
        ALTER TABLE member ADD COLUMN holding TEXT NOT NULL DEFAULT 'changes';
        ALTER TABLE member ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
        UPDATE member SET at = unixepoch() * 1000;
        CREATE INDEX member_holding ON member (holding, at);")),
    // Rows of sessions subscribed to changes move to the registry's feed, where the object that has the feed now can ask for them.
    Migration::Sql(sql!(change_feed::SCHEMA)),
    Migration::Sql(sql!("INSERT INTO feed_subscriber (session, client, at, told, failures, next_at, look_at)
            SELECT session, client, at, 0, 0, 0, at + 86400000 FROM member WHERE holding = 'changes';
        UPDATE member SET holding = 'something' WHERE holding = 'changes';")),
    // What was kept in `answer` were answers that nobody waited for.
    Migration::Sql(sql!("DROP TABLE answer;
        CREATE TABLE call (
            name TEXT PRIMARY KEY, listener TEXT NOT NULL, lost TEXT NOT NULL, at INTEGER NOT NULL
        );")),
])
.once_without_version("setting");
