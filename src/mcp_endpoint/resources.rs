//! The resources: `todoapp://todos/{id}`, one per todo.

use mcp::{
    Context, ResourceContents, ResourceEntry, ResourceError, ResourcePage, ResourceTemplate, ResourceUri,
};
use todo::{Page, Position, Show, Todo, TodoId};

use super::context::TodoContext;
use crate::permissions::Permission;

/// How many resources one page of the listing has.
const PAGE: usize = 100;

pub(super) async fn list(
    cx: Context<TodoContext>,
    position: Option<String>,
) -> Result<ResourcePage, ResourceError> {
    let position =
        position.as_deref().map(Position::parse).transpose().map_err(|_| ResourceError::InvalidPosition)?;
    let Page { todos, next, .. } = cx.app().list().page(Show::All, position, PAGE).await?;
    Ok(ResourcePage {
        resources: todos.iter().map(entry).collect(),
        next: next.map(|position| position.to_string()),
    })
}

/// Where a todo is read.
pub(crate) fn address(id: TodoId) -> String {
    format!("todoapp://todos/{id}")
}

fn entry(todo: &Todo) -> ResourceEntry {
    ResourceEntry::new(address(todo.id), todo.text.as_str())
        .description(if todo.completed { "Completed" } else { "Open" })
        .mime_type("application/json")
}

pub(super) fn todo() -> ResourceTemplate<TodoContext> {
    ResourceTemplate::new("todoapp://todos/{id}", "Todos", read)
        .requires(Permission::ReadTodos.scope())
        .title("A TODO")
        .description("One todo of the list, as JSON.")
        .mime_type("application/json")
}

async fn read(cx: Context<TodoContext>, uri: ResourceUri) -> Result<Vec<ResourceContents>, ResourceError> {
    let id = TodoId::parse(uri.value("id")).map_err(|_| ResourceError::NotFound)?;
    let todo = cx.app().list().one(id).await?;
    let json = serde_json::to_string(&todo).map_err(ResourceError::fault)?;
    Ok(vec![ResourceContents::text(uri.as_str(), "application/json", json)])
}
