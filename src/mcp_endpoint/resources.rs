//! The resources: `todoapp://todos`, the list; `todoapp://todos/{id}`, one per todo; and `todoapp://history`, the newest
//! changes.

use mcp::{
    Completing, Completion, Context, Fault, Icon, Resource, ResourceContents, ResourceEntry, ResourceError,
    ResourcePage, ResourceTemplate, ResourceUri,
};
use todo::{Filter, Page, Position, SearchWords, Todo, TodoId};

use super::{
    context::TodoContext,
    tools::{MAX_PAGE, TodoPage},
};
use crate::{
    permissions::Permission,
    todo_list::addresses::{HISTORY, LIST, address},
};

/// How many resources one page of the listing has.
const PAGE: usize = 100;

/// How many changes the history gives.
const HISTORY_PAGE: u64 = 100;

pub(super) async fn list(
    cx: Context<TodoContext>,
    position: Option<String>,
) -> Result<ResourcePage, ResourceError> {
    let position =
        position.as_deref().map(Position::parse).transpose().map_err(|_| ResourceError::InvalidPosition)?;
    let Page { todos, next, .. } = cx.app().list().page(Filter::default(), position, PAGE).await?;
    Ok(ResourcePage {
        resources: todos.iter().map(entry).collect(),
        next: next.map(|position| position.to_string()),
    })
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
        .existing(existing)
        .complete("id", ids)
}

/// The addresses among these that a todo has: changes are not notified under another spelling of one.
async fn existing(
    cx: Context<TodoContext>,
    mut uris: Vec<ResourceUri>,
) -> Result<Vec<ResourceUri>, ResourceError> {
    let ids = uris.iter().filter_map(|uri| TodoId::parse(uri.value("id")).ok()).collect();
    let known: Vec<_> = cx.app().list().existing(ids).await?.into_iter().map(address).collect();
    uris.retain(|uri| known.iter().any(|address| address == uri.as_str()));
    Ok(uris)
}

/// Ids of the todos that are meant: by how an id begins, or by words of a todo's text, open ones first.
async fn ids(cx: Context<TodoContext>, typed: Completing) -> Result<Completion, Fault> {
    // More than can be looked for is in no text, and no id.
    let Ok(words) = SearchWords::parse(&typed.value) else { return Ok(Completion::default()) };
    let filter = Filter { contains: Some(words), or_id_begins: true, ..Filter::default() };
    let Page { todos, .. } = cx.app().list().page(filter, None, PAGE).await?;
    Ok(Completion::new(todos.iter().map(|todo| todo.id.to_string())))
}

pub(super) fn the_list(icon: Icon) -> Resource<TodoContext> {
    let entry = ResourceEntry::new(LIST, "List")
        .title("The TODO list")
        .description("The list as listTodos gives it, as JSON: its first 200 todos at most, open ones before completed ones, and how many there are. More: listTodos.")
        .mime_type("application/json")
        .icon(icon);
    Resource::new(entry, async |cx: Context<TodoContext>, uri: ResourceUri| {
        let page = TodoPage::from(cx.app().list().page(Filter::default(), None, MAX_PAGE).await?);
        let json = json::to_string(&page).map_err(ResourceError::fault)?;
        Ok(vec![ResourceContents::text(uri.as_str(), "application/json", json)])
    })
    .requires(Permission::ReadTodos.scope())
}

pub(super) fn history(icon: Icon) -> Resource<TodoContext> {
    let entry = ResourceEntry::new(HISTORY, "History")
        .title("What was done")
        .description("The newest hundred changes of the list, newest first, as JSON: what was done, by whom, when. Older ones: listHistory.")
        .mime_type("application/json")
        .icon(icon);
    Resource::new(entry, async |cx: Context<TodoContext>, uri: ResourceUri| {
        let page = cx.app().list().history(None, HISTORY_PAGE).await?;
        let json = json::to_string(&page).map_err(ResourceError::fault)?;
        Ok(vec![ResourceContents::text(uri.as_str(), "application/json", json)])
    })
    .requires(Permission::ReadTodos.scope())
}

async fn read(cx: Context<TodoContext>, uri: ResourceUri) -> Result<Vec<ResourceContents>, ResourceError> {
    let id = TodoId::parse(uri.value("id")).map_err(|_| ResourceError::NotFound)?;
    let todo = cx.app().list().one(id).await?;
    let json = json::to_string(&todo).map_err(ResourceError::fault)?;
    Ok(vec![ResourceContents::text(uri.as_str(), "application/json", json)])
}
