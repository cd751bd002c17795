//! Tools and prompts whose schemas are stored as texts, in `schemas`. A test compares them with the types that they are derived from.
//! So the Worker derives nothing when it starts, and has no code that could.

use mcp::{Arguments, Context, Prompt, PromptError, PromptMessage, Tool, ToolError, ToolOutput, ToolSchemas};

use super::context::TodoContext;

/// A name, and the text of `schemas/{name}.json`.
pub(super) struct Kept {
    pub(super) name: &'static str,
    pub(super) schemas: &'static str,
}

macro_rules! kept {
    ($name:literal) => {
        $crate::mcp_endpoint::schemas::Kept {
            name: $name,
            schemas: include_str!(concat!("schemas/", $name, ".json")),
        }
    };
}
pub(super) use kept;

/// A tool with its schemas.
pub(super) fn tool<A, R, F>(Kept { name, schemas }: Kept, handler: F) -> Tool<TodoContext>
where
    A: Arguments,
    R: ToolOutput + 'static,
    F: AsyncFn(Context<TodoContext>, A) -> Result<R, ToolError> + 'static,
{
    #[cfg(test)]
    tests::hold_to(name, schemas, ToolSchemas::derived::<A, R>());
    Tool::with_schemas(name, ToolSchemas::from_json(schemas), handler)
}

/// A prompt with the schema of its arguments.
pub(super) fn prompt<A, F>(Kept { name, schemas }: Kept, handler: F) -> Prompt<TodoContext>
where
    A: Arguments,
    F: AsyncFn(Context<TodoContext>, A) -> Result<Vec<PromptMessage>, PromptError> + 'static,
{
    #[cfg(test)]
    tests::hold_to(name, schemas, ToolSchemas::derived::<A, String>());
    Prompt::with_schema(name, ToolSchemas::from_json(schemas).input, handler)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use mcp::ToolSchemas;
    use worker_kit::http::Origin;

    use crate::{kept::hold, mcp_endpoint::todo_service::declare};

    thread_local! {
        static HELD: Cell<usize> = const { Cell::new(0) };
    }

    /// Called for each tool and prompt as it is declared.
    pub(super) fn hold_to(name: &str, kept: &str, derived: ToolSchemas) {
        hold(
            &format!("src/mcp_endpoint/schemas/{name}.json"),
            kept,
            &serde_json::to_value(derived).unwrap(),
            3,
        );
        HELD.set(HELD.get() + 1);
    }

    #[test]
    fn the_schemas_are_kept_in_step_with_the_types() {
        let server = declare(&Origin::parse("https://todos.example").unwrap());
        assert_eq!(server.defects(), Vec::<String>::new());
        assert_eq!(
            HELD.get(),
            std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/mcp_endpoint/schemas"))
                .unwrap()
                .count()
        );
    }
}
