//! The `ClientRegistration` Durable Object: one per client, named by its id. A registration that nobody uses goes after a
//! month; one that is used, half a year after its last use.

use std::time::Duration;

use oauth::Timestamp;
use serde::Deserialize;
use worker::{DurableObject, Env, Request, Response, State};
use worker_kit::storage::{Migration, ObjectStorage, Schema};
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
    storage: ObjectStorage,
}

const SCHEMA: Schema = Schema::new(&[Migration::Sql(
    "CREATE TABLE IF NOT EXISTS registration (client TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT",
)])
.once_without_version("registration");

impl DurableObject for ClientRegistration {
    fn new(state: State, _env: Env) -> Self {
        Self { storage: ObjectStorage::new(&state, SCHEMA) }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        if let Some(unavailable) = self.storage.unavailable()? {
            return Ok(unavailable);
        }
        let question: Ask = serde_json::from_slice(&request.bytes().await?)?;
        let now = now();
        // The platform may be late with the alarm.
        let kept = self.kept()?;
        if kept.as_ref().is_some_and(|kept| kept.expires_at <= now) {
            self.storage.delete_all().await?;
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
                self.storage.tables()?.exec("UPDATE registration SET client = ?", vec![written.into()])?;
                json(&client)
            }
            (Ask::Find, Some(kept)) => {
                if kept.expires_at.since(now) < LIFETIME_AFTER_USE_SECONDS - NOTE_EVERY_SECONDS {
                    let expires_at = now.plus(LIFETIME_AFTER_USE_SECONDS);
                    let tables = self.storage.tables()?;
                    tables.exec("UPDATE registration SET expires_at = ?", vec![expires_at.unix().into()])?;
                }
                json(&Some(kept.client()?))
            }
            (Ask::Find, None) => json(&None::<Client>),
        }
    }

    async fn alarm(&self) -> worker::Result<Response> {
        if self.storage.postpone_alarm().await? {
            return empty(200);
        }
        if let Some(kept) = self.kept()? {
            match kept.expires_at.since(now()) {
                left if left > 0 => self.wake_at_end(left).await?,
                _ => self.storage.delete_all().await?,
            }
        }
        empty(200)
    }
}

impl ClientRegistration {
    async fn keep(&self, client: &Client, now: Timestamp) -> worker::Result<()> {
        self.storage.tables()?.exec(
            "INSERT INTO registration (client, expires_at) VALUES (?, ?)",
            vec![serde_json::to_string(client)?.into(), now.plus(UNUSED_LIFETIME_SECONDS).unix().into()],
        )?;
        self.wake_at_end(UNUSED_LIFETIME_SECONDS).await
    }

    async fn wake_at_end(&self, seconds: i64) -> worker::Result<()> {
        self.storage.platform().set_alarm(Duration::from_secs(seconds.unsigned_abs())).await
    }

    /// The registration, if there is one. Asking about a made-up client leaves no trace.
    fn kept(&self) -> worker::Result<Option<Kept>> {
        let Some(tables) = self.storage.existing()? else { return Ok(None) };
        let rows: Vec<Kept> = tables.exec("SELECT client, expires_at FROM registration", None)?.to_array()?;
        Ok(rows.into_iter().next())
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
