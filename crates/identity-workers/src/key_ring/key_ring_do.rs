//! The `KeyRing` Durable Object: one per deployment. Makes the keys at the first question, keeps them, and rotates the signing
//! key: at each question it does what `oauth::jwt::rotation` says is due.

use oauth::{
    Digest, Timestamp,
    jwt::{
        Jwks,
        rotation::{Duty, Plan},
    },
};
use serde::Deserialize;
use worker::{DurableObject, Env, Request, Response, State};
use worker_kit::{
    object::{answered, serve},
    random, sql,
    storage::{Migration, ObjectStorage, Schema},
};
use worker_macros::durable_object;

use super::{Asked, EveryKey, Keys, Ring, rs256::SigningKey};
use crate::clock::now;

#[durable_object(fetch)]
pub struct KeyRing {
    storage: ObjectStorage,
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
        })
        .await
    }
}

impl KeyRing {
    /// Makes what is due, and gives all that there is.
    async fn open(&self, not_before: Option<Timestamp>) -> worker_kit::Result<Keys> {
        if self.plan(not_before)?.another {
            let (key, public) = SigningKey::generate(format!("jwk-test-{}", random::uuid()?)).await?;
            // Another question may have come in while the platform made the key. Whoever is first here wins.
            if self.plan(not_before)?.another {
                sql::run(
                    self.storage.tables()?,
                    "INSERT INTO signing_key (kid, private, public, made_at) VALUES (?, ?, ?, ?)",
                    &[&key.kid(), &key.stored()?, &json::to_string(&public)?, &now()],
                )?;
            }
        }
        self.make_root()?;
        self.keys(not_before)
    }

    /// The secret that user ids come of, among others: it is made once and stays.
    fn make_root(&self) -> worker_kit::Result<()> {
        let root = Digest::of(&random::bytes::<32>()?).to_string();
        let insert = "INSERT INTO root (secret) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM root)";
        sql::run(self.storage.tables()?, insert, &[&root])
    }

    fn plan(&self, not_before: Option<Timestamp>) -> worker_kit::Result<Plan> {
        let made_at: Vec<Timestamp> = self.kept()?.iter().map(|key| key.made_at).collect();
        Ok(Plan::at(now(), &made_at, not_before))
    }

    /// Every key there is, newest first.
    fn kept(&self) -> worker_kit::Result<Vec<Kept>> {
        let query = "SELECT made, private, public, made_at FROM signing_key ORDER BY made DESC";
        sql::read(self.storage.tables()?, query, &[])
    }

    /// The keys that have a duty. The others are thrown away.
    fn keys(&self, not_before: Option<Timestamp>) -> worker_kit::Result<Keys> {
        let (mut signing, mut keys) = (None, Vec::new());
        for (key, duty) in self.kept()?.into_iter().zip(self.plan(not_before)?.duties) {
            if duty == Duty::Forgotten {
                sql::run(self.storage.tables()?, "DELETE FROM signing_key WHERE made = ?", &[&key.made])?;
                continue;
            }
            if duty == Duty::Signs {
                signing = Some(SigningKey::of_stored(&key.private)?);
            }
            keys.push(json::from_str(&key.public)?);
        }
        let signing = signing.ok_or("the key ring is empty")?;
        let root = sql::read_first(self.storage.tables()?, "SELECT secret FROM root LIMIT 1", &[])?;
        let root = root.ok_or("the key ring has no root")?;
        Ok(Keys { signing, published: Jwks { keys }, root })
    }
}

#[derive(Deserialize)]
struct Kept {
    made: i64,
    private: String,
    public: String,
    made_at: Timestamp,
}
