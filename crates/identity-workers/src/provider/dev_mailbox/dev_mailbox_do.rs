//! The `DevMailbox` Durable Object: one, for development. Keeps the last fifty codes for as long as they are good.

use oauth::{Timestamp, email::EmailAddress, grant::login_code::LoginCode, stored};
use serde::Deserialize;
use worker::{DurableObject, Env, Request, Response, SqlStorage, State};
use worker_kit::{
    object::{answer, serve},
    sql,
    storage::{Migration, ObjectStorage, Schema},
};
use worker_macros::durable_object;

use super::{Asked, Keep, Mail, Mailbox};
use crate::clock::now;

const MAX_MAILS: i64 = 50;

#[durable_object(fetch)]
pub struct DevMailbox {
    storage: ObjectStorage,
}

const SCHEMA: Schema = Schema::new(&[Migration::Sql(sql!(
    "CREATE TABLE IF NOT EXISTS mails (
        number   INTEGER PRIMARY KEY AUTOINCREMENT,
        receiver TEXT NOT NULL,
        code     TEXT NOT NULL,
        sent_at  INTEGER NOT NULL
    ) STRICT"
))])
.once_without_version("mails");

impl DurableObject for DevMailbox {
    fn new(state: State, _env: Env) -> Self {
        Self { storage: ObjectStorage::new(&state, SCHEMA) }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        serve::<Mailbox>(&self.storage, request, async |asked| {
            let (sql, now) = (self.storage.tables()?, now());
            sweep(sql, now)?;
            match asked {
                Asked::Keep(asked) => answer(asked, |mail| keep(sql, &mail, now)),
                Asked::EveryMail(asked) => answer(asked, |_| all(sql)),
            }
        })
        .await
    }
}

fn sweep(sql: &SqlStorage, now: Timestamp) -> worker_kit::Result<()> {
    sql::run(
        sql,
        "DELETE FROM mails WHERE sent_at <= ?1
            OR number IN (SELECT number FROM mails ORDER BY number DESC LIMIT -1 OFFSET ?2)",
        &[&now.plus(-LoginCode::LIFETIME_SECONDS), &MAX_MAILS],
    )
}

fn keep(sql: &SqlStorage, mail: &Keep, now: Timestamp) -> worker_kit::Result<()> {
    sql::run(
        sql,
        "INSERT INTO mails (receiver, code, sent_at) VALUES (?, ?, ?)",
        &[&mail.to, &mail.code, &now],
    )
}

fn all(sql: &SqlStorage) -> worker_kit::Result<Vec<Mail>> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(deserialize_with = "stored::value")]
        receiver: EmailAddress,
        code: String,
        sent_at: Timestamp,
    }
    let rows: Vec<Row> =
        sql::read(sql, "SELECT receiver, code, sent_at FROM mails ORDER BY number DESC", &[])?;
    let mail = |row: Row| Mail { to: row.receiver, code: row.code, sent_at: row.sent_at.to_string() };
    Ok(rows.into_iter().map(mail).collect())
}
