//! The `ClientRegistration` Durable Object: one per client, named by its id. An unused registration is deleted after a
//! month; a used one half a year after its last use. Only issuing something to the client counts as a use: a lookup or a failed
//! authentication does not extend its life.

use std::{cell::Cell, time::Duration};

use oauth::Timestamp;
use worker::{DurableObject, Env, Request, Response, State};
use worker_kit::{
    object::{Never, Reply, Unanswered, answer, answered, serve},
    storage::ObjectStorage,
};
use worker_macros::durable_object;

use super::{
    Asked, AssertionUse, ClientObject, CountFetch, Fetched, KeepDocument, KeepFailure, KeepKeys, Known,
    Register, RegisteredClient, UseAssertion,
    schema::SCHEMA,
    tables::{Registration, Tables},
};
use crate::clock::now;

const UNUSED_LIFETIME_SECONDS: i64 = 30 * 24 * 3600;

const LIFETIME_AFTER_USE_SECONDS: i64 = 180 * 24 * 3600;

/// Uses are stored once a day, so that not every use writes.
const NOTE_EVERY_SECONDS: i64 = 24 * 3600;

/// The interval of the alarm that deletes what has ended.
const SWEEP_SECONDS: i64 = 3600;

#[durable_object(alarm)]
pub struct ClientRegistration {
    storage: ObjectStorage,
    /// Whether the alarm is known to come within [`SWEEP_SECONDS`].
    sweep_is_near: Cell<bool>,
}

impl DurableObject for ClientRegistration {
    fn new(state: State, _env: Env) -> Self {
        Self { storage: ObjectStorage::new(&state, SCHEMA), sweep_is_near: Cell::new(false) }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        serve::<ClientObject>(&self.storage, request, async |asked| self.reply(asked, now()).await).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        if self.storage.postpone_alarm().await? {
            return Response::empty();
        }
        self.sweep_is_near.set(false);
        let now = now();
        let registration = self.registration(now).await?;
        let something_ends = match Tables::existing(&self.storage)? {
            Some(tables) => tables.sweep(now)?,
            None => return Response::empty(),
        };
        match registration.map(|kept| kept.expires_at.since(now)) {
            Some(left) if something_ends => self.wake_in(left.min(SWEEP_SECONDS)).await?,
            Some(left) => self.wake_in(left).await?,
            None if something_ends => self.wake_in(SWEEP_SECONDS).await?,
            None => self.storage.delete_all().await?,
        }
        Response::empty()
    }
}

impl ClientRegistration {
    async fn reply(&self, asked: Asked, now: Timestamp) -> Result<Reply, Unanswered<Never>> {
        let kept = self.registration(now).await?;
        match asked {
            Asked::Register(asked) => answered::<Register>(&self.register(asked, kept, now).await?),
            Asked::KeepDocument(asked) => {
                answered::<KeepDocument>(&self.keep_document(asked, kept, now).await?)
            }
            Asked::KeepKeys(asked) => answer(asked, |KeepKeys { address, keys }| {
                if kept.is_some() {
                    let tables = Tables::made(&self.storage)?;
                    tables.keep_keys(&address, &keys, now)?;
                    tables.forget_failure(Fetched::Keys)?;
                }
                Ok::<_, worker_kit::Error>(())
            }),
            Asked::KeepFailure(KeepFailure { what, reason }) => {
                Tables::made(&self.storage)?.keep_failure(what, reason, now)?;
                answered::<KeepFailure>(&self.sweep_soon(now).await?)
            }
            Asked::Find(asked) => answer(asked, |_| self.known(kept, now)),
            Asked::NoteUse(asked) => answer(asked, |_| match kept {
                Some(kept) if kept.use_is_due(now) => {
                    Tables::made(&self.storage)?.prolong(now.plus(LIFETIME_AFTER_USE_SECONDS))
                }
                _ => Ok(()),
            }),
            Asked::CountFetch(CountFetch { what }) => {
                let wait = Tables::made(&self.storage)?.count_fetch(what, now)?;
                self.sweep_soon(now).await?;
                answered::<CountFetch>(&wait)
            }
            Asked::UseAssertion(asked) => {
                answered::<UseAssertion>(&self.use_assertion(&asked, kept.as_ref(), now).await?)
            }
        }
    }

    async fn register(
        &self,
        asked: Register,
        kept: Option<Registration>,
        now: Timestamp,
    ) -> worker_kit::Result<RegisteredClient> {
        let Register { metadata, secret } = asked;
        match kept {
            // An id is given to one registration.
            Some(kept) => Ok(kept.client),
            None => self.begin(RegisteredClient { metadata, secret, issued_at: now }, now).await,
        }
    }

    async fn keep_document(
        &self,
        asked: KeepDocument,
        kept: Option<Registration>,
        now: Timestamp,
    ) -> worker_kit::Result<RegisteredClient> {
        let client = RegisteredClient { metadata: asked.metadata, secret: None, issued_at: now };
        let client = match kept {
            Some(kept) => {
                Tables::made(&self.storage)?.keep_registration(&client, kept.expires_at)?;
                client
            }
            None => self.begin(client, now).await?,
        };
        Tables::made(&self.storage)?.forget_failure(Fetched::Document)?;
        Ok(client)
    }

    async fn use_assertion(
        &self,
        asked: &UseAssertion,
        kept: Option<&Registration>,
        now: Timestamp,
    ) -> worker_kit::Result<AssertionUse> {
        // Where the client has gone a moment ago, nothing is remembered, so nothing is good.
        if kept.is_none() {
            return Ok(AssertionUse::Again);
        }
        let outcome = Tables::made(&self.storage)?.use_assertion(&asked.id, asked.forgotten_at, now)?;
        self.sweep_soon(now).await?;
        Ok(outcome)
    }

    /// The registration, if there is one that has not ended. The platform may be late with the alarm.
    async fn registration(&self, now: Timestamp) -> worker_kit::Result<Option<Registration>> {
        let Some(tables) = Tables::existing(&self.storage)? else { return Ok(None) };
        match tables.registration()? {
            Some(kept) if kept.expires_at <= now => {
                self.storage.delete_all().await?;
                Ok(None)
            }
            other => Ok(other),
        }
    }

    async fn begin(&self, client: RegisteredClient, now: Timestamp) -> worker_kit::Result<RegisteredClient> {
        Tables::made(&self.storage)?.keep_registration(&client, now.plus(UNUSED_LIFETIME_SECONDS))?;
        // What counted the fetch of its document may end sooner.
        self.wake_within(UNUSED_LIFETIME_SECONDS, now).await?;
        Ok(client)
    }

    fn known(&self, registration: Option<Registration>, now: Timestamp) -> worker_kit::Result<Known> {
        let Some(tables) = Tables::existing(&self.storage)? else { return Ok(Known::default()) };
        Ok(Known {
            use_is_due: registration.as_ref().is_some_and(|kept| kept.use_is_due(now)),
            client: registration.map(|kept| kept.client),
            keys: tables.keys()?,
            document_failure: tables.failure(Fetched::Document, now)?,
            keys_failure: tables.failure(Fetched::Keys, now)?,
        })
    }

    /// Makes sure that what has been written is swept once it has ended.
    async fn sweep_soon(&self, now: Timestamp) -> worker_kit::Result<()> {
        if self.sweep_is_near.replace(true) { Ok(()) } else { self.wake_within(SWEEP_SECONDS, now).await }
    }

    /// Sets the alarm, unless it comes within that time anyway.
    async fn wake_within(&self, seconds: i64, now: Timestamp) -> worker_kit::Result<()> {
        let by = now.plus(seconds).unix().saturating_mul(1_000);
        if self.storage.platform().get_alarm().await?.is_none_or(|at| at > by) {
            self.wake_in(seconds).await?;
        }
        Ok(())
    }

    async fn wake_in(&self, seconds: i64) -> worker_kit::Result<()> {
        Ok(self.storage.platform().set_alarm(Duration::from_secs(seconds.unsigned_abs())).await?)
    }
}

impl Registration {
    fn use_is_due(&self, now: Timestamp) -> bool {
        self.expires_at.since(now) < LIFETIME_AFTER_USE_SECONDS - NOTE_EVERY_SECONDS
    }
}
