//! The board: the list as a host shows it in the conversation (MCP Apps; the `mcp` crate, "app"). It completes, adds
//! and undoes by the same tools as the model, over the host's connection and with its permissions.
//!
//! Its document is one file, built from the page's own components (`frontend/board.html`), and is read from the static files here: it is
//! no part of the WebAssembly, and costs nothing until a host reads it.

use mcp::{APPS_EXTENSION, App, Context, Icon, NoArguments, Output, ResourceError, Tool, ToolAnnotations};
use todo::Filter;
use worker_kit::{http::Origin, static_files};

use super::{
    context::{TodoContext, fault_of},
    schemas::{self, kept},
    tools::{DEFAULT_PAGE, TodoPage},
};
use crate::permissions::Permission;

/// Where hosts read it.
pub(super) const BOARD: &str = "ui://todo-service/board";

/// Where the document is among them. Paths below `/mcp` are the Worker's own, so as a page it cannot be opened.
const DOCUMENT: &str = "/mcp/board";

/// What the document names the address of the page by, for where the board shows a part of the list only
/// (`frontend/src/board/page-address.ts`).
const PAGE_PLACE: &str = "<head>";

pub(super) fn board(icon: Icon, origin: &Origin) -> App<TodoContext> {
    let page = format!("{PAGE_PLACE}<meta name=\"todos-page\" content=\"{}/todoapp\">", origin.as_str());
    let whole = async move |cx| Ok(document(cx).await?.replacen(PAGE_PLACE, &page, 1));
    App::new(BOARD, "Board", whole)
        .title("TODO board")
        .description("The TODO list, to be looked at and edited in the conversation.")
        .icon(icon)
        .border(true)
        .requires(Permission::ReadTodos.scope())
}

async fn document(cx: Context<TodoContext>) -> Result<String, ResourceError> {
    let file = static_files::read(&cx.app().deployment().env, DOCUMENT).await.map_err(fault_of)?;
    String::from_utf8(file.body).map_err(ResourceError::fault)
}

/// What brings the board up. A tool of its own: a host shows an app with every call of the tool that has it, and a model that
/// only looks something up should not put a board into the conversation each time.
pub(super) fn show_board() -> Tool<TodoContext> {
    schemas::tool(kept!("showBoard"), async |cx: Context<TodoContext>, _: NoArguments| {
        let page = TodoPage::from(cx.app().list().page(Filter::default(), None, DEFAULT_PAGE).await?);
        let shown = match cx.client_extension(APPS_EXTENSION) {
            Some(_) => "The user sees the board.",
            None => "This client shows no board: tell the user in words.",
        };
        let summary = format!("{shown} {}", page.summary());
        Ok(Output::new(page).summary(summary))
    })
    .requires(Permission::ReadTodos.scope())
    .app(BOARD)
    .title("Show the board")
    .description(
        "Show the user the TODO list as a board in the conversation, in which they complete, add and undo themselves. For when they \
         want to see their list or go through it; to read it yourself, use listTodos.",
    )
    .annotations(ToolAnnotations::new().read_only(true).open_world(false))
}
