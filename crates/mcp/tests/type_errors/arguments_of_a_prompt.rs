//! says: `Order` cannot be the arguments of a tool or a prompt
//! says: `mcp::NoArguments` is there for none

use mcp::{Context, Prompt, PromptError, PromptMessage};

struct Order;

async fn letter(_: Context<()>, _: Order) -> Result<Vec<PromptMessage>, PromptError> {
    Ok(Vec::new())
}

fn main() {
    Prompt::new("letter", letter);
}
