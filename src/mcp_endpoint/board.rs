//! The board: the list as a host shows it in the conversation (MCP Apps; the `mcp` crate, "app"). Whoever uses it completes,
//! adds and undoes by the same tools as the model, over the host's connection and with its permissions.
//!
//! Its document is made by the page's build from the page's own components (`frontend/board.html`), all in one piece, and is
//! read from the static files here: it is no part of the WebAssembly, and costs nothing until somebody reads it.

use std::time::Duration;

use mcp::{App, Context, Fault, Icon, ResourceError};

use super::context::TodoContext;
use crate::{object, permissions::Permission};

/// Where hosts read it.
pub(super) const BOARD: &str = "ui://todo-service/board";

/// The binding of the static files in `wrangler.toml`.
const FILES: &str = "ASSETS";

/// Where the document is among them. Paths below `/mcp` are the Worker's own, so as a page it cannot be opened.
const DOCUMENT: &str = "https://files.invalid/mcp/board";

/// How long a file may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);

pub(super) fn board(icon: Icon) -> App<TodoContext> {
    App::new(BOARD, "Board", document)
        .title("TODO board")
        .description("The TODO list, to be looked at and edited in the conversation.")
        .icon(icon)
        .border(true)
        .requires(Permission::ReadTodos.scope())
}

async fn document(cx: Context<TodoContext>) -> Result<String, ResourceError> {
    let files = cx.app().deployment().env.assets(FILES).map_err(ResourceError::fault)?;
    let read = async {
        let mut file = files.fetch(DOCUMENT, None).await?;
        match file.status_code() {
            200 => file.text().await,
            status => {
                Err(worker::Error::RustError(format!("the board's document was answered with {status}")))
            }
        }
    };
    Ok(object::within(TIME_LIMIT, read).await.map_err(Fault::from)?)
}
