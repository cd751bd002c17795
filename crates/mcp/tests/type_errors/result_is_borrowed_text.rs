//! says: a tool cannot give `&str`
//! says: a `String`, a `Content` or a `Vec<Content>`

use mcp::{Context, NoArguments, Tool};

fn main() {
    Tool::new("say", async |_: Context<()>, _: NoArguments| Ok("done"));
}
