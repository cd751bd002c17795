//! What the protocol names, and what both sides say: messages, revisions, errors, schemas, contents. Knows nothing of HTTP, of
//! handlers or of what an application declares.

pub(crate) mod base64;
pub(crate) mod client;
pub(crate) mod contents;
pub(crate) mod error;
pub(crate) mod failure;
pub(crate) mod implementation;
pub(crate) mod jsonrpc;
pub(crate) mod log_level;
pub(crate) mod request_id;
pub(crate) mod revision;
pub(crate) mod schema;
pub(crate) mod sorted;
pub(crate) mod uri_template;
pub(crate) mod wire;
