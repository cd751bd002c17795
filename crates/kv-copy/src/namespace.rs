//! One prefix of a KV namespace: the records whose keys begin with it.
//!
//! The value is the record's JSON. Where it fits, the key's metadata is the same JSON, so that listing the keys reads the records, a
//! thousand an operation; longer ones are read a hundred an operation.

use std::{collections::HashMap, future::Future, pin::pin, time::Duration};

use futures_util::future::{Either, select};
use worker::{Env, KvStore, console_error, kv::Key};
use worker_kit::timer::sleep;

use crate::copy::Target;

/// What KV takes as metadata, in bytes of JSON.
const MAX_METADATA_BYTES: usize = 1_024;

/// How many keys one bulk read takes.
const BULK_KEYS: usize = 100;

/// The time limit of one operation.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// The records below one prefix.
pub struct Namespace {
    store: KvStore,
    prefix: String,
}

/// A page of the records in KV, whose state may be a minute old, or older.
pub struct Page {
    /// Ids and JSON, in the order of the ids.
    pub records: Vec<(String, String)>,
    /// Ids whose value is not a record of the application.
    pub unreadable: Vec<String>,
    /// Ids whose key was listed but whose value is missing: deleted since, or not yet visible here.
    pub missing: Vec<String>,
    /// The cursor of the next page; `None` at the end.
    pub cursor: Option<String>,
    /// How many KV operations it took.
    pub operations: usize,
}

impl Namespace {
    /// The keys that begin with `prefix`, in the namespace behind a binding of `wrangler.toml`.
    ///
    /// # Errors
    /// Where there is no such binding.
    pub fn of(env: &Env, binding: &str, prefix: String) -> worker::Result<Self> {
        Ok(Self { store: env.kv(binding)?, prefix })
    }

    /// Reads one page of up to 1,000 records, in up to 11 operations. `is_record` says whether a JSON text is the record of an id.
    ///
    /// # Errors
    /// The platform's, or that an operation took longer than 20 seconds.
    pub async fn page(
        &self,
        cursor: Option<String>,
        is_record: impl Fn(&str, &str) -> bool,
    ) -> worker::Result<Page> {
        let mut list = self.store.list().prefix(self.prefix.clone());
        if let Some(cursor) = cursor {
            list = list.cursor(cursor);
        }
        let listed = within(async { Ok(list.execute().await?) }).await?;
        if !listed.list_complete && listed.cursor.is_none() {
            return Err("KV listed a part of its keys, and did not say where to go on".into());
        }
        let mut page = Page {
            records: Vec::new(),
            unreadable: Vec::new(),
            missing: Vec::new(),
            cursor: listed.cursor.filter(|_| !listed.list_complete),
            operations: 1,
        };
        let mut to_read = Vec::new();
        for Key { name, metadata, .. } in listed.keys {
            let Some(id) = name.strip_prefix(&self.prefix) else { continue };
            match metadata.as_ref().map(serde_json::to_string).transpose()? {
                Some(json) if is_record(id, &json) => page.records.push((id.to_owned(), json)),
                _ => to_read.push(name),
            }
        }
        for names in to_read.chunks(BULK_KEYS) {
            let read = async { Ok(self.store.get_bulk(names).text().await?) };
            let mut values: HashMap<String, Option<String>> = within(read).await?;
            page.operations = page.operations.saturating_add(1);
            for name in names {
                let Some(id) = name.strip_prefix(&self.prefix) else { continue };
                match values.remove(name).flatten() {
                    Some(json) if is_record(id, &json) => page.records.push((id.to_owned(), json)),
                    None => page.missing.push(id.to_owned()),
                    // Not written by this Worker. It is left as it is, and everything else still works.
                    Some(_) => {
                        console_error!("KV: {name} does not hold a record of that name");
                        page.unreadable.push(id.to_owned());
                    }
                }
            }
        }
        Ok(page)
    }

    async fn put(&self, id: &str, json: &str) -> worker::Result<()> {
        let mut put = self.store.put(&self.key(id), json)?;
        if json.len() <= MAX_METADATA_BYTES {
            put = put.metadata(json::from_str::<serde_json::Value>(json)?)?;
        }
        Ok(put.execute().await?)
    }

    fn key(&self, id: &str) -> String {
        format!("{}{id}", self.prefix)
    }
}

impl Target for Namespace {
    async fn write(&self, id: &str, json: Option<&str>) -> Result<(), String> {
        let written = within(async {
            match json {
                Some(json) => self.put(id, json).await,
                None => Ok(self.store.delete(&self.key(id)).await?),
            }
        });
        written.await.map_err(|error| error.to_string())
    }
}

async fn within<T>(operation: impl Future<Output = worker::Result<T>>) -> worker::Result<T> {
    match select(pin!(operation), sleep(TIME_LIMIT)).await {
        Either::Left((result, _)) => result,
        Either::Right(_) => Err("KV took too long".into()),
    }
}
