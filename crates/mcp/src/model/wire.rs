//! Answers, written straight to bytes.

use serde::Serialize;

use crate::model::error::RpcError;
use crate::model::request_id::RequestId;
use crate::model::revision::{Era, Revision};

/// How long and by whom a result may be kept (2026-07-28 server/utilities/caching). Every complete result of a listing or
/// reading method must say so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caching {
    pub(crate) ttl_ms: u32,
    pub(crate) scope: CacheScope,
}

/// Who may be served a kept result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CacheScope {
    /// Anybody.
    Public,
    /// The same authorization alone.
    Private,
}

impl Caching {
    /// For what is fixed until the next deployment. Five minutes: a client learns of a new tool while it is still news.
    pub(crate) const fn of_declarations(scope: CacheScope) -> Self {
        Self { ttl_ms: 300_000, scope }
    }

    /// For a list of declarations, which is the same for everybody or depends on the caller's permissions.
    pub(crate) const fn of_list(shared: bool) -> Self {
        Self::of_declarations(if shared { CacheScope::Public } else { CacheScope::Private })
    }

    /// For what may change at any moment and belongs to the caller.
    pub(crate) const OF_DATA: Self = Self { ttl_ms: 0, scope: CacheScope::Private };
}

/// A JSON-RPC result under construction. The fields that an era wants on every result are added here and nowhere else.
pub(crate) struct ResultWriter {
    bytes: Vec<u8>,
    era: Era,
    empty: bool,
}

impl ResultWriter {
    pub(crate) fn new(id: RequestId<'_>, revision: Revision) -> Self {
        Self::of_type("complete", id, revision)
    }

    /// A result of another type than "complete", which only the stateless era has.
    pub(crate) fn of_type(result_type: &'static str, id: RequestId<'_>, revision: Revision) -> Self {
        let mut bytes = Vec::with_capacity(1024);
        bytes.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
        bytes.extend_from_slice(id.as_json().as_bytes());
        bytes.extend_from_slice(br#","result":{"#);
        let mut writer = Self { bytes, era: revision.era(), empty: true };
        if writer.era == Era::Stateless {
            writer.key("resultType");
            writer.bytes.push(b'"');
            writer.bytes.extend_from_slice(result_type.as_bytes());
            writer.bytes.push(b'"');
        }
        writer
    }

    /// A member, from a value.
    pub(crate) fn member<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), json::Error> {
        self.key(key);
        json::append(&mut self.bytes, value)
    }

    /// A member, from JSON.
    pub(crate) fn raw(&mut self, key: &str, json: &str) {
        self.key(key);
        self.bytes.extend_from_slice(json.as_bytes());
    }

    /// A member that is a list, from the JSON of its items.
    pub(crate) fn list<'a, E>(
        &mut self,
        key: &str,
        items: impl Iterator<Item = Result<&'a str, E>>,
    ) -> Result<(), E> {
        self.key(key);
        self.bytes.push(b'[');
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.bytes.push(b',');
            }
            self.bytes.extend_from_slice(item?.as_bytes());
        }
        self.bytes.push(b']');
        Ok(())
    }

    /// Keys are this crate's own literals and need no escaping.
    fn key(&mut self, key: &str) {
        if !self.empty {
            self.bytes.push(b',');
        }
        self.empty = false;
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(key.as_bytes());
        self.bytes.extend_from_slice(br#"":"#);
    }

    /// Closes the result. `server_meta` is the `_meta` that names the server (2026-07-28 basic/index, "`_meta`").
    pub(crate) fn finish(
        mut self,
        server_meta: &str,
        caching: Option<Caching>,
    ) -> Result<Vec<u8>, json::Error> {
        if self.era == Era::Stateless {
            if let Some(caching) = caching {
                self.member("ttlMs", &caching.ttl_ms)?;
                self.member("cacheScope", &caching.scope)?;
            }
            self.raw("_meta", server_meta);
        }
        self.bytes.extend_from_slice(b"}}");
        Ok(self.bytes)
    }
}

/// A JSON-RPC notification.
pub(crate) fn notification(method: &str, params: &impl Serialize) -> Result<Vec<u8>, json::Error> {
    #[derive(Serialize)]
    struct Notification<'a, P> {
        jsonrpc: &'static str,
        method: &'a str,
        params: &'a P,
    }
    json::to_vec(&Notification { jsonrpc: "2.0", method, params })
}

/// A JSON-RPC request of ours.
pub(crate) fn request(id: &str, method: &str, params: &impl Serialize) -> Result<Vec<u8>, json::Error> {
    #[derive(Serialize)]
    struct Request<'a, P> {
        jsonrpc: &'static str,
        id: &'a str,
        method: &'a str,
        params: &'a P,
    }
    json::to_vec(&Request { jsonrpc: "2.0", id, method, params })
}

/// A JSON-RPC error. Where no id could be read the member is left out: "an error response that has no `id`"
/// (2025-11-25 basic/transports, "Sending Messages to the Server" 4).
pub(crate) fn error(id: Option<RequestId<'_>>, error: &RpcError) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(192);
    bytes.extend_from_slice(br#"{"jsonrpc":"2.0","#);
    if let Some(id) = id {
        bytes.extend_from_slice(br#""id":"#);
        bytes.extend_from_slice(id.as_json().as_bytes());
        bytes.push(b',');
    }
    bytes.extend_from_slice(br#""error":"#);
    let start = bytes.len();
    if json::append(&mut bytes, error).is_err() {
        // Numbers, strings and JSON values always have a JSON form; were it not so, this still would.
        bytes.truncate(start);
        bytes.extend_from_slice(br#"{"code":-32603,"message":"Internal error"}"#);
    }
    bytes.push(b'}');
    bytes
}

#[cfg(test)]
mod tests {
    use crate::model::jsonrpc::{Message, read_message};

    use super::*;

    fn id(json: &str) -> RequestId<'_> {
        match read_message(json).unwrap() {
            Message::Request(request) => request.id,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_result_has_what_its_era_wants_and_no_more() {
        let request = r#"{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"x"}"#;
        let write = |revision| {
            let mut writer = ResultWriter::new(id(request), revision);
            writer.member("a", "b").unwrap();
            String::from_utf8(writer.finish(r#"{"m":1}"#, Some(Caching::OF_DATA)).unwrap()).unwrap()
        };
        assert_eq!(
            write(Revision::V2025_11_25),
            r#"{"jsonrpc":"2.0","id":123456789012345678901234567890,"result":{"a":"b"}}"#
        );
        assert_eq!(
            write(Revision::V2026_07_28),
            concat!(
                r#"{"jsonrpc":"2.0","id":123456789012345678901234567890,"result":{"resultType":"complete","a":"b","#,
                r#""ttlMs":0,"cacheScope":"private","_meta":{"m":1}}}"#
            )
        );
    }
}
