//! The keys that sign the tokens of the embedded identity provider. Made at the first question, and rotated: at each question the object
//! does what `oauth::jwt::rotation` says is due.

use oauth::{
    Timestamp,
    jwt::{
        Jwks,
        rotation::{Duty, Plan},
    },
};
use serde::Deserialize;
use worker_kit::{random, sql};

use super::{Keys, key_ring_do::KeyRing, rs256::SigningKey};
use crate::clock::now;

impl KeyRing {
    /// Makes what is due, and gives all that there is.
    pub(super) async fn open(&self, not_before: Option<Timestamp>) -> worker_kit::Result<Keys> {
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
        self.keys(not_before)
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
        Ok(Keys { signing, published: Jwks { keys }, root: self.root()? })
    }
}

#[derive(Deserialize)]
struct Kept {
    made: i64,
    private: String,
    public: String,
    made_at: Timestamp,
}
