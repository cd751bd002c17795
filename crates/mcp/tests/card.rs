//! The card of a server, and the catalog that names it (SEP-2127).

mod support;

use serde_json::json;
use support::shop;

#[test]
fn a_card_says_who_a_server_is_and_where() {
    let card = shop().card("shop.example", "https://shop.example/mcp");
    assert_eq!(
        card,
        json!({
            "$schema": "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json",
            "name": "example.shop/shop",
            "version": "1.2.3",
            "title": "The Shop",
            "description": "Sells things",
            "websiteUrl": "https://shop.example",
            "icons": [{"src": "https://shop.example/icon.svg", "mimeType": "image/svg+xml", "sizes": ["any"]}],
            "remotes": [{
                "type": "streamable-http",
                "url": "https://shop.example/mcp",
                "supportedProtocolVersions": ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"],
            }],
        })
    );
}

#[test]
fn a_catalog_names_the_card() {
    let catalog = shop().catalog("shop.example", "https://shop.example/mcp");
    assert_eq!(
        catalog,
        json!({"specVersion": "draft", "entries": [{
            "identifier": "urn:air:shop.example:shop",
            "displayName": "The Shop",
            "type": "application/mcp-server-card+json",
            "url": "https://shop.example/mcp/server-card",
        }]})
    );
}
