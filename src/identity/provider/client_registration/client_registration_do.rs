//! The `ClientRegistration` Durable Object: one per client, named by its id. A registration that nobody uses goes after a
//! month; one that is used, half a year after its last use.

use std::time::Duration;

use oauth::Timestamp;
use serde::Deserialize;
use worker::{DurableObject, Env, Request, Response, SqlStorage, State};
use worker_macros::durable_object;

use super::{Ask, Client};
use crate::{
    http::{empty, json},
    identity::now,
};

const UNUSED_LIFETIME_SECONDS: i64 = 30 * 24 * 3600;
const LIFETIME_AFTER_USE_SECONDS: i64 = 180 * 24 * 3600;
/// Uses are noted once a day, so that reading does not mean writing.
const NOTE_EVERY_SECONDS: i64 = 24 * 3600;

#[durable_object(alarm)]
pub struct ClientRegistration {
    state: State,
}

impl DurableObject for ClientRegistration {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let question: Ask = serde_json::from_slice(&request.bytes().await?)?;
        let now = now();
        let sql = self.state.storage().sql();
        // The platform may be late with the alarm.
        let kept = kept(&sql)?;
        if kept.as_ref().is_some_and(|kept| kept.expires_at <= now) {
            self.state.storage().delete_all().await?;
        }
        match (question, kept.filter(|kept| now < kept.expires_at)) {
            (Ask::Register { .. }, Some(kept)) => json(&kept.client()?),
            (Ask::Register { metadata, secret }, None) => {
                let client = Client { metadata, secret, issued_at: now };
                self.keep(&client, now).await?;
                json(&client)
            }
            (Ask::KeepDocument { metadata }, None) => {
                let client = Client { metadata, secret: None, issued_at: now };
                self.keep(&client, now).await?;
                json(&client)
            }
            (Ask::KeepDocument { metadata }, Some(_)) => {
                let client = Client { metadata, secret: None, issued_at: now };
                let written = serde_json::to_string(&client)?;
                sql.exec("UPDATE registration SET client = ?", vec![written.into()])?;
                json(&client)
            }
            (Ask::Find, Some(kept)) => {
                if kept.expires_at.since(now) < LIFETIME_AFTER_USE_SECONDS - NOTE_EVERY_SECONDS {
                    let expires_at = now.plus(LIFETIME_AFTER_USE_SECONDS);
                    sql.exec("UPDATE registration SET expires_at = ?", vec![expires_at.unix().into()])?;
                }
                json(&Some(kept.client()?))
            }
            (Ask::Find, None) => json(&None::<Client>),
        }
    }

    async fn alarm(&self) -> worker::Result<Response> {
        if let Some(kept) = kept(&self.state.storage().sql())? {
            match kept.expires_at.since(now()) {
                left if left > 0 => self.wake_at_end(left).await?,
                _ => self.state.storage().delete_all().await?,
            }
        }
        empty(200)
    }
}

impl ClientRegistration {
    async fn keep(&self, client: &Client, now: Timestamp) -> worker::Result<()> {
        let sql = self.state.storage().sql();
        sql.exec(
            "CREATE TABLE registration (client TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT",
            None,
        )?;
        sql.exec(
            "INSERT INTO registration (client, expires_at) VALUES (?, ?)",
            vec![serde_json::to_string(client)?.into(), now.plus(UNUSED_LIFETIME_SECONDS).unix().into()],
        )?;
        self.wake_at_end(UNUSED_LIFETIME_SECONDS).await
    }

    async fn wake_at_end(&self, seconds: i64) -> worker::Result<()> {
        self.state.storage().set_alarm(Duration::from_secs(seconds.unsigned_abs())).await
    }
}

#[derive(Deserialize)]
struct Kept {
    client: String,
    expires_at: Timestamp,
}

impl Kept {
    fn client(&self) -> worker::Result<Client> {
        Ok(serde_json::from_str(&self.client)?)
    }
}

/// The registration, if there is one. Asking about a made-up client leaves no trace.
fn kept(sql: &SqlStorage) -> worker::Result<Option<Kept>> {
    #[derive(Deserialize)]
    struct Table {
        #[serde(rename = "name")]
        _name: String,
    }
    let tables: Vec<Table> =
        sql.exec("SELECT name FROM sqlite_master WHERE name = 'registration'", None)?.to_array()?;
    if tables.is_empty() {
        return Ok(None);
    }
    let rows: Vec<Kept> = sql.exec("SELECT client, expires_at FROM registration", None)?.to_array()?;
    Ok(rows.into_iter().next())
}
