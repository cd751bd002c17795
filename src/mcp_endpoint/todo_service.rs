//! The TODO service, as agents see it: a table of contents.

use mcp::{Implementation, Resources, Server};

use super::{context::TodoContext, history, prompts, resources, tools};
use crate::permissions::Permission;

/// Taught to every model that connects.
const INSTRUCTIONS: &str = "\
The user's TODO list, which they also edit in the browser while you work: read it again rather than trust an old copy. \
Use listTodos to see it; `show: \"open\"` is usually enough, `contains` and `dueBy` find what the user talks about. Every todo has an id, which the other tools take. \
One task per todo, in the user's own words; a due date only where they named one. Deleting is for mistakes: when \
something is done, use markTodoComplete. Every change is recorded in your name and can be taken back: its number is in the \
result, undoChange undoes it, listHistory tells what was done and by whom.";

pub(super) fn declare() -> Server<TodoContext> {
    Server::new(
        Implementation::new("TODO Service", env!("CARGO_PKG_VERSION"))
            .title("TODO Service")
            .description("A TODO list that a person and their agents edit together."),
    )
    .instructions(INSTRUCTIONS)
    .updates()
    .tool(tools::list_todos())
    .tool(tools::create_todo())
    .tool(tools::mark_todo_complete())
    .tool(tools::delete_todo())
    .tool(tools::update_todo())
    .tool(tools::reopen_todo())
    .tool(tools::clear_completed())
    .tool(history::list_history())
    .tool(history::undo_change())
    .prompt(prompts::plan_my_day())
    .prompt(prompts::triage())
    .prompt(prompts::weekly_review())
    .resource(resources::history())
    .resources(Resources::new(resources::list).requires(Permission::ReadTodos.scope()))
    .resource_template(resources::todo())
}
