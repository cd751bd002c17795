//! says: a tool cannot give `Sum`
//! says: `Output::new(value)`

use mcp::schemars::{self, JsonSchema};
use mcp::{Context, NoArguments, Tool, ToolError};

#[derive(serde::Serialize, JsonSchema)]
struct Sum {
    sum: i64,
}

async fn add(_: Context<()>, _: NoArguments) -> Result<Sum, ToolError> {
    Ok(Sum { sum: 2 })
}

fn main() {
    Tool::new("add", add);
}
