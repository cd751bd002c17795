//! says: `BTreeMap<String, String>` is not how the engine asks for headers
//! says: `&|name: &str| -> Option<String> { .. }`

use std::collections::BTreeMap;

use mcp::Headers;

fn main() {
    let map: BTreeMap<String, String> = BTreeMap::new();
    let _: &dyn Headers = &map;
}
