//! Discovery of a server before a client connects: its *card*, and the catalog of a domain that names the card.
//!
//! Both are experimental and no part of the specification yet (SEP-2127, the repository `experimental-ext-server-card`). A card
//! names a server and its address; what the server offers is asked of itself. It is public: served without authentication, with
//! `Access-Control-Allow-Origin: *`, and worth keeping for an hour ([`CARD_CACHE_CONTROL`]).

use serde_json::Value;

use crate::declare::server::Server;
use crate::model::revision::{Era, Revision};

/// The media type of a card, which is served at the address of the endpoint and `/server-card`.
pub const CARD_MEDIA_TYPE: &str = "application/mcp-server-card+json";

/// Where a domain's catalog is served, as `application/json`.
pub const CATALOG_PATH: &str = "/.well-known/mcp/catalog.json";

/// For `Cache-Control` of both.
pub const CARD_CACHE_CONTROL: &str = "public, max-age=3600";

/// The schema a card follows.
const CARD_SCHEMA: &str = "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json";

/// The most characters of a title and of a description.
const MAX_TEXT: usize = 100;

impl<C> Server<C> {
    /// The card. `domain` is the server's own, such as `mcp.example.com`, and `url` where its endpoint is.
    pub fn card(&self, domain: &str, url: &str) -> Value {
        let who = self.identity().wire(Revision::V2026_07_28);
        let newest_first = [Era::Stateless, Era::Handshake].into_iter().flat_map(Revision::of);
        let revisions: Vec<_> = newest_first.map(Revision::as_str).collect();
        let mut card = json::to_value(&who).unwrap_or_default();
        if let Value::Object(card) = &mut card {
            let shortened =
                |text: Option<&str>| text.unwrap_or(who.name()).chars().take(MAX_TEXT).collect::<String>();
            card.insert("$schema".to_owned(), CARD_SCHEMA.into());
            card.insert("name".to_owned(), self.reverse_name(domain).into());
            card.insert("title".to_owned(), shortened(who.title()).into());
            card.insert("description".to_owned(), shortened(who.description()).into());
            let remote = json::object(vec![
                ("type", "streamable-http".into()),
                ("url", url.into()),
                ("supportedProtocolVersions", revisions.into()),
            ]);
            card.insert("remotes".to_owned(), vec![remote].into());
        }
        card
    }

    /// The catalog of a domain whose one server this is.
    pub fn catalog(&self, domain: &str, url: &str) -> Value {
        let who = self.identity().wire(Revision::V2026_07_28);
        let entry = json::object(vec![
            ("identifier", format!("urn:air:{domain}:{}", slug(who.name())).into()),
            ("displayName", who.title().unwrap_or(who.name()).into()),
            ("type", CARD_MEDIA_TYPE.into()),
            ("url", format!("{url}/server-card").into()),
        ]);
        json::object(vec![("specVersion", "draft".into()), ("entries", vec![entry].into())])
    }

    /// `com.example.mcp/name`.
    fn reverse_name(&self, domain: &str) -> String {
        let labels: Vec<&str> = domain.rsplit('.').collect();
        format!("{}/{}", labels.join("."), slug(self.identity().wire(Revision::V2026_07_28).name()))
    }
}

/// A name with nothing in it but what a card's name may have.
fn slug(name: &str) -> String {
    let plain =
        |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c.to_ascii_lowercase() } else { '-' };
    name.chars().map(plain).collect()
}
