//! says: `Order` cannot be the arguments of a tool or a prompt
//! says: `#[derive(serde::Deserialize, JsonSchema)]`
//! says: `use mcp::schemars::{self, JsonSchema};`

use mcp::{Context, Tool, ToolError};

#[derive(serde::Deserialize)]
struct Order {
    item: String,
}

async fn buy(_: Context<()>, order: Order) -> Result<String, ToolError> {
    Ok(order.item)
}

fn main() {
    Tool::new("buy", buy);
}
