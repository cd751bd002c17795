//! One prefix of a KV namespace: the records whose keys begin with it.
//!
//! The value is the record's JSON. Where it fits, the key's metadata is the same JSON, so that listing the keys reads the records, a
//! thousand an operation; longer ones are read a hundred an operation.

use std::{pin::pin, time::Duration};

use futures_util::future::{Either, select};
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::{
    Env, console_error,
    js_sys::{Promise, Reflect, futures::JsFuture},
};
use worker_kit::timer::sleep;

use crate::copy::Target;

/// What KV takes as metadata, in bytes of JSON.
const MAX_METADATA_BYTES: usize = 1_024;

/// How many keys one bulk read takes.
const BULK_KEYS: usize = 100;

/// The time limit of one operation.
const TIME_LIMIT: Duration = Duration::from_secs(20);

#[wasm_bindgen(module = "/src/kv.js")]
extern "C" {
    #[wasm_bindgen(js_name = kvPut)]
    fn kv_put(env: &JsValue, binding: &str, key: &str, json: &str, is_metadata: bool) -> Promise;
    #[wasm_bindgen(js_name = kvDelete)]
    fn kv_delete(env: &JsValue, binding: &str, key: &str) -> Promise;
    #[wasm_bindgen(js_name = kvList)]
    fn kv_list(env: &JsValue, binding: &str, prefix: &str, cursor: Option<String>) -> Promise;
    #[wasm_bindgen(js_name = kvRead)]
    fn kv_read(env: &JsValue, binding: &str, keys: &str) -> Promise;
}

/// The records below one prefix.
pub struct Namespace {
    env: Env,
    binding: &'static str,
    prefix: String,
}

/// What KV says of its keys.
#[derive(Deserialize)]
struct Listed {
    keys: Vec<Key>,
    list_complete: bool,
    #[serde(default)]
    cursor: Option<String>,
}

#[derive(Deserialize)]
struct Key {
    name: String,
    #[serde(default)]
    metadata: Option<Box<RawValue>>,
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
    pub fn of(env: &Env, binding: &'static str, prefix: String) -> worker_kit::Result<Self> {
        if Reflect::get(env, &binding.into())?.is_undefined() {
            return Err(format!("there is no binding {binding}").into());
        }
        Ok(Self { env: env.clone(), binding, prefix })
    }

    /// Reads one page of up to 1,000 records, in up to 11 operations. `is_record` says whether a JSON text is the record of an id.
    ///
    /// # Errors
    /// The platform's, or that an operation took longer than 20 seconds.
    pub async fn page(
        &self,
        cursor: Option<String>,
        is_record: impl Fn(&str, &str) -> bool,
    ) -> worker_kit::Result<Page> {
        let list = kv_list(&self.env, self.binding, &self.prefix, cursor);
        let listed: Listed = json::from_str(&text(&within(list).await?)?)?;
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
            match metadata.as_deref().map(RawValue::get) {
                Some(json) if is_record(id, json) => page.records.push((id.to_owned(), json.to_owned())),
                _ => to_read.push(name),
            }
        }
        for names in to_read.chunks(BULK_KEYS) {
            let read = kv_read(&self.env, self.binding, &json::to_string(names)?);
            let values: Map<String, Value> = json::from_str(&text(&within(read).await?)?)?;
            page.operations = page.operations.saturating_add(1);
            for name in names {
                let Some(id) = name.strip_prefix(&self.prefix) else { continue };
                match values.get(name) {
                    Some(Value::String(json)) if is_record(id, json) => {
                        page.records.push((id.to_owned(), json.clone()));
                    }
                    None | Some(Value::Null) => page.missing.push(id.to_owned()),
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
}

impl Target for Namespace {
    async fn write(&self, id: &str, json: Option<&str>) -> Result<(), String> {
        let key = format!("{}{id}", self.prefix);
        let written = match json {
            Some(json) => kv_put(&self.env, self.binding, &key, json, json.len() <= MAX_METADATA_BYTES),
            None => kv_delete(&self.env, self.binding, &key),
        };
        within(written).await.map(drop).map_err(|error| error.to_string())
    }
}

async fn within(operation: Promise) -> worker_kit::Result<JsValue> {
    match select(JsFuture::from(operation), pin!(sleep(TIME_LIMIT))).await {
        Either::Left((result, _)) => Ok(result?),
        Either::Right(_) => Err("KV took too long".into()),
    }
}

fn text(value: &JsValue) -> worker_kit::Result<String> {
    value.as_string().ok_or_else(|| "KV gave no text".into())
}
