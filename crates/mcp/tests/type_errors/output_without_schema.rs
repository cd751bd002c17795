//! says: a tool cannot give `mcp::Output<Sum>`
//! says: `#[derive(serde::Serialize, JsonSchema)]`
//! says: `use mcp::schemars::{self, JsonSchema};`

use mcp::{Context, NoArguments, Output, Tool, ToolError};

#[derive(serde::Serialize)]
struct Sum {
    sum: i64,
}

async fn add(_: Context<()>, _: NoArguments) -> Result<Output<Sum>, ToolError> {
    Ok(Output::new(Sum { sum: 2 }))
}

fn main() {
    Tool::new("add", add);
}
