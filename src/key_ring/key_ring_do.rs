//! The `KeyRing` Durable Object: one per deployment. Makes the keys at the first question and keeps them.
//!
//! Rotation has its place: `signing_key` may hold several rows, the newest signs, all are published.

use oauth::{Digest, jwt::Jwks};
use serde::Deserialize;
use worker::{DurableObject, Env, Request, Response, SqlStorage, State};
use worker_macros::durable_object;

use super::{Ask, Keys, rs256::SigningKey};
use crate::{http::json, random};

#[durable_object(fetch)]
pub struct KeyRing {
    sql: SqlStorage,
}

impl DurableObject for KeyRing {
    fn new(state: State, _env: Env) -> Self {
        Self { sql: state.storage().sql() }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let Ask::Open = serde_json::from_slice(&request.bytes().await?)?;
        self.create_tables()?;
        if self.newest()?.is_none() {
            let (key, public) = SigningKey::generate(format!("jwk-test-{}", random::uuid()?)).await?;
            let root = random::bytes::<32>()?;
            // Another question may have come in while the platform made the key. Whoever is first here wins, and what
            // follows happens in one turn, so both halves are of the same making.
            if self.newest()?.is_none() {
                self.sql.exec(
                    "INSERT INTO signing_key (kid, private, public) VALUES (?, ?, ?)",
                    vec![
                        key.kid().into(),
                        serde_json::to_string(&key)?.into(),
                        serde_json::to_string(&public)?.into(),
                    ],
                )?;
                self.sql.exec(
                    "INSERT INTO root (secret) VALUES (?)",
                    vec![Digest::of(&root).to_string().into()],
                )?;
            }
        }
        json(&self.keys()?)
    }
}

impl KeyRing {
    fn create_tables(&self) -> worker::Result<()> {
        self.sql.exec(
            "CREATE TABLE IF NOT EXISTS signing_key (
                made    INTEGER PRIMARY KEY AUTOINCREMENT,
                kid     TEXT NOT NULL UNIQUE,
                private TEXT NOT NULL,  -- JSON
                public  TEXT NOT NULL   -- JSON Web Key
            ) STRICT",
            None,
        )?;
        self.sql.exec("CREATE TABLE IF NOT EXISTS root (secret TEXT NOT NULL) STRICT", None)?;
        Ok(())
    }

    fn newest(&self) -> worker::Result<Option<SigningKey>> {
        #[derive(Deserialize)]
        struct Row {
            private: String,
        }
        let rows: Vec<Row> =
            self.sql.exec("SELECT private FROM signing_key ORDER BY made DESC LIMIT 1", None)?.to_array()?;
        Ok(rows.first().map(|row| serde_json::from_str(&row.private)).transpose()?)
    }

    fn keys(&self) -> worker::Result<Keys> {
        #[derive(Deserialize)]
        struct Public {
            public: String,
        }
        #[derive(Deserialize)]
        struct Root {
            secret: Digest,
        }
        let signing = self.newest()?.ok_or("the key ring is empty")?;
        let rows: Vec<Public> =
            self.sql.exec("SELECT public FROM signing_key ORDER BY made DESC", None)?.to_array()?;
        let keys = rows.iter().map(|row| serde_json::from_str(&row.public)).collect::<Result<_, _>>()?;
        let Root { secret: root } = self.sql.exec("SELECT secret FROM root LIMIT 1", None)?.one()?;
        Ok(Keys { signing, published: Jwks { keys }, root })
    }
}
