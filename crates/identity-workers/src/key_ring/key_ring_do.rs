//! The `KeyRing` Durable Object: one per deployment. Makes the root of the secrets at the first question, and keeps it; and the keys of
//! the embedded identity provider (`signing_keys.rs`).

use oauth::Digest;
use worker::{DurableObject, Env, Request, Response, State};
use worker_kit::{
    object::{answered, serve},
    random, sql,
    storage::{Migration, ObjectStorage, Schema},
};
use worker_macros::durable_object;

use super::{Asked, EveryKey, Ring, Root, Secrets};

#[durable_object(fetch)]
pub struct KeyRing {
    pub(super) storage: ObjectStorage,
}

const SCHEMA: Schema = Schema::new(&[Migration::Sql(sql!(
    "CREATE TABLE IF NOT EXISTS signing_key (
        made    INTEGER PRIMARY KEY AUTOINCREMENT,
        kid     TEXT NOT NULL UNIQUE,
        private TEXT NOT NULL,  -- JSON
        public  TEXT NOT NULL,  -- JSON Web Key
        made_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS root (secret TEXT NOT NULL) STRICT;"
))])
.once_without_version("signing_key");

impl DurableObject for KeyRing {
    fn new(state: State, _env: Env) -> Self {
        Self { storage: ObjectStorage::new(&state, SCHEMA) }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        serve::<Ring>(&self.storage, request, async |asked| match asked {
            Asked::EveryKey(EveryKey { not_before }) => answered::<EveryKey>(&self.open(not_before).await?),
            Asked::Root(Root {}) => answered::<Root>(&self.root()?),
        })
        .await
    }
}

impl KeyRing {
    /// The secret that user ids come of, among others: it is made once and stays.
    pub(super) fn root(&self) -> worker_kit::Result<Secrets> {
        let root = Digest::of(&random::bytes::<32>()?).to_string();
        let insert = "INSERT INTO root (secret) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM root)";
        sql::run(self.storage.tables()?, insert, &[&root])?;
        let root = sql::read_first(self.storage.tables()?, "SELECT secret FROM root LIMIT 1", &[])?;
        Ok(root.ok_or("the key ring has no root")?)
    }
}
