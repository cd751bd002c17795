//! The tools for the history: who changed what, and undo.

use mcp::{Context, Output, Tool, ToolAnnotations, ToolError};
use schemars::JsonSchema;
use serde::Deserialize;
use todo::{Actor, HistoryEntry};

use super::{
    changes::{summary_of, undo},
    context::TodoContext,
    schemas::{self, kept},
};
use crate::permissions::Permission;

/// How many changes `listHistory` gives when not told.
const DEFAULT_PAGE: u64 = 20;

/// The most changes one `listHistory` gives.
const MAX_PAGE: u64 = 100;

#[derive(Deserialize, JsonSchema)]
#[serde(default)]
struct ListHistory {
    /// How many at most.
    #[schemars(range(min = 1, max = 100))]
    limit: u64,
    /// Only changes before this number: the `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64", range(max = 9_007_199_254_740_991_u64))]
    before: Option<u64>,
}

impl Default for ListHistory {
    fn default() -> Self {
        Self { limit: DEFAULT_PAGE, before: None }
    }
}

pub(super) fn list_history() -> Tool<TodoContext> {
    schemas::tool(kept!("listHistory"), async |cx: Context<TodoContext>, args: ListHistory| {
        if !(1..=MAX_PAGE).contains(&args.limit) {
            return Err(ToolError::new(format!("`limit` must be a whole number from 1 to {MAX_PAGE}.")));
        }
        let page = cx.app().list().history(args.before, args.limit).await?;
        let lines: Vec<_> = page.changes.iter().map(line).collect();
        let summary = if lines.is_empty() { "No changes.".to_owned() } else { lines.join("\n") };
        Ok(Output::new(page).summary(summary))
    })
    .requires(Permission::ReadTodos.scope())
    .title("What was done")
    .description("The newest changes of the TODO list, newest first: what was done, by whom, when, and whether it can be undone.")
    .annotations(ToolAnnotations::new().read_only(true).open_world(false))
}

/// `7: “Claude”: Completed “Buy milk” (id …)`
fn line(entry: &HistoryEntry) -> String {
    let by = match &entry.by {
        Actor::Browser => "The user".to_owned(),
        Actor::App { name, .. } => text::quoted(name),
    };
    format!("{}: {by}: {}", entry.number, summary_of(entry))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UndoChange {
    /// The change's number, as the change's own result or listHistory gives it.
    #[schemars(range(min = 1, max = 9_007_199_254_740_991_u64))]
    change_number: u64,
}

pub(super) fn undo_change() -> Tool<TodoContext> {
    schemas::tool(kept!("undoChange"), async |cx: Context<TodoContext>, args: UndoChange| undo(&cx, args.change_number).await)
        .requires(Permission::WriteTodos.scope())
        .title("Undo a change")
        .description(
            "Take one change of the TODO list back, whoever made it: every TODO it touched becomes what it was before. \
             Refused when one of them has been changed since. An undo is a change too, and can be undone.",
        )
        .annotations(
            ToolAnnotations::new().read_only(false).destructive(true).idempotent(false).open_world(false),
        )
}
