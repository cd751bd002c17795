//! The TODO service, as agents see it: a table of contents.

use std::{cell::RefCell, rc::Rc};

use mcp::{Implementation, Resources, Server};
use worker_kit::http::Origin;

use super::{board, clear, context::TodoContext, history, icons::Icons, prompts, resources, tools};
use crate::{
    mcp_endpoint::todo_service,
    permissions::Permission,
    product::{INSTRUCTIONS, SERVER_DESCRIPTION, SERVER_NAME},
};

/// The declaration for a deployment at `origin`, where its pictures are.
pub(super) fn declare(origin: &Origin) -> Server<TodoContext> {
    let icons = Icons(origin);
    let icon = |name| icons.named(name);
    let identity = Implementation::new(SERVER_NAME, env!("CARGO_PKG_VERSION"))
        .title(SERVER_NAME)
        .description(SERVER_DESCRIPTION)
        .website_url(origin.as_str());
    Server::new(icons.of_server(identity))
        .instructions(INSTRUCTIONS)
        .updates()
        .tool(tools::list_todos().icon(icon("list")))
        .tool(tools::create_todo().icon(icon("add")))
        .tool(tools::mark_todo_complete().icon(icon("complete")))
        .tool(tools::delete_todo().icon(icon("delete")))
        .tool(tools::update_todo().icon(icon("edit")))
        .tool(tools::reopen_todo().icon(icon("reopen")))
        .tool(clear::clear_completed().icon(icon("clear")))
        .tool(board::show_board().icon(icon("list")))
        .tool(history::list_history().icon(icon("history")))
        .tool(history::undo_change().icon(icon("undo")))
        .prompt(prompts::plan_my_day().icon(icon("plan")))
        .prompt(prompts::triage().icon(icon("triage")))
        .prompt(prompts::weekly_review().icon(icon("review")))
        .resource(resources::the_list(icon("list")))
        .resource(resources::history(icon("history")))
        .app(board::board(icon("list"), origin))
        .resources(Resources::new(resources::list).requires(Permission::ReadTodos.scope()))
        .resource_template(resources::todo().icon(icon("todo")))
}

thread_local! {
    /// The declaration, and the origin that it was made for: it is plain data and functions, made once per isolate, since a
    /// deployment has one origin.
    static SERVER: RefCell<Option<(Origin, Rc<Server<TodoContext>>)>> = const { RefCell::new(None) };
}

/// The server, as it presents itself under an origin.
pub(crate) fn server_at(origin: &Origin) -> Rc<Server<TodoContext>> {
    let made = SERVER.with(|server| {
        let server = server.try_borrow().ok()?;
        let (_, server) = server.as_ref().filter(|(made_for, _)| made_for == origin)?;
        Some(Rc::clone(server))
    });
    made.unwrap_or_else(|| {
        let server = Rc::new(todo_service::declare(origin));
        SERVER.with(|made| made.replace(Some((origin.clone(), Rc::clone(&server)))));
        server
    })
}
