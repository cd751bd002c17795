//! A user's todos in Workers KV: one key per todo, `todos:{user_id}:{todo_id}`.
//!
//! The value is the todo's JSON. Where it fits, the key's metadata is the same JSON, so that listing the keys loads the
//! list, a thousand todos a call; longer ones are fetched, a hundred a call.

use std::collections::HashMap;

use todo::Todo;
use worker::{Env, KvStore, console_error, kv::Key};

/// The binding in `wrangler.toml`.
const BINDING: &str = "TODOS";

/// What KV takes as metadata, in bytes of JSON.
const MAX_METADATA_BYTES: usize = 1_024;

/// How many keys one bulk read takes.
const BULK_KEYS: usize = 100;

/// One user's keys.
pub(super) struct UserKeys {
    store: KvStore,
    prefix: String,
}

impl UserKeys {
    pub(super) fn of(env: &Env, user_id: &str) -> worker::Result<Self> {
        Ok(Self { store: env.kv(BINDING)?, prefix: format!("todos:{user_id}:") })
    }

    /// Writes a todo. `json` is the todo's JSON.
    pub(super) async fn put(&self, id: &str, json: &str) -> worker::Result<()> {
        let mut put = self.store.put(&self.key(id), json)?;
        if json.len() <= MAX_METADATA_BYTES {
            put = put.metadata(serde_json::from_str::<serde_json::Value>(json)?)?;
        }
        Ok(put.execute().await?)
    }

    pub(super) async fn delete(&self, id: &str) -> worker::Result<()> {
        Ok(self.store.delete(&self.key(id)).await?)
    }

    /// Everything KV shows at the moment. What it shows may be up to a minute old.
    pub(super) async fn load(&self) -> worker::Result<Vec<Todo>> {
        let mut todos = Vec::new();
        let mut without_metadata = Vec::new();
        let mut cursor = None;
        loop {
            let mut list = self.store.list().prefix(self.prefix.clone());
            if let Some(cursor) = cursor.take() {
                list = list.cursor(cursor);
            }
            let page = list.execute().await?;
            for Key { name, metadata, .. } in page.keys {
                match metadata.map(serde_json::from_value::<Todo>) {
                    Some(Ok(todo)) if self.key(&todo.id.to_string()) == name => todos.push(todo),
                    _ => without_metadata.push(name),
                }
            }
            match page.cursor {
                Some(next) if !page.list_complete => cursor = Some(next),
                _ => break,
            }
        }
        for names in without_metadata.chunks(BULK_KEYS) {
            let values: HashMap<String, Option<String>> = self.store.get_bulk(names).text().await?;
            for (name, value) in values {
                match value.as_deref().map(serde_json::from_str::<Todo>) {
                    Some(Ok(todo)) if self.key(&todo.id.to_string()) == name => todos.push(todo),
                    // Deleted since it was listed.
                    None => {}
                    // Not written by this Worker. It is left as it is, and the rest of the list still works.
                    Some(_) => console_error!("KV: {name} does not hold a todo of that name"),
                }
            }
        }
        Ok(todos)
    }

    fn key(&self, todo_id: &str) -> String {
        format!("{}{todo_id}", self.prefix)
    }
}
