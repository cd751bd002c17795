//! The tools: what an agent may do to the list. Names and arguments are a contract with every client there is.

use mcp::{Context, Output, Tool, ToolAnnotations, ToolError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use todo::{Change, Command, IdempotencyKey, Page, Position, Show, Todo, TodoId, TodoText};

use super::context::TodoContext;
use crate::{permissions::Permission, todo_list::Applied};

/// How many todos `listTodos` gives when not told.
const DEFAULT_PAGE: usize = 50;

/// The most todos one `listTodos` gives. A result has to fit into a model's context.
const MAX_PAGE: usize = 200;

#[derive(Deserialize, JsonSchema)]
#[serde(default)]
struct ListTodos {
    /// Which todos to show.
    show: Show,
    /// How many at most.
    #[schemars(range(min = 1, max = 200))]
    limit: usize,
    /// Where to go on: the `nextCursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    cursor: Option<String>,
}

impl Default for ListTodos {
    fn default() -> Self {
        Self { show: Show::All, limit: DEFAULT_PAGE, cursor: None }
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TodoPage {
    /// Open todos before completed ones, each oldest first.
    todos: Vec<Todo>,
    /// Pass it as `cursor` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    next_cursor: Option<String>,
    /// How many todos of the whole list are open.
    open: usize,
    /// How many todos of the whole list are completed.
    completed: usize,
}

pub(super) fn list_todos() -> Tool<TodoContext> {
    Tool::new("listTodos", async |cx: Context<TodoContext>, args: ListTodos| {
        if !(1..=MAX_PAGE).contains(&args.limit) {
            return Err(ToolError::new(format!("`limit` must be 1 to {MAX_PAGE}.")));
        }
        let position = match args.cursor.as_deref().map(Position::parse).transpose() {
            Ok(position) => position,
            Err(refusal) => return Err(ToolError::new(refusal.to_string())),
        };
        let Page { todos, next, open, completed } =
            cx.app().list().page(args.show, position, args.limit).await?;
        let more = if next.is_some() { "; there are more, see nextCursor" } else { "" };
        let summary =
            format!("{} of the list's {open} open and {completed} completed todos{more}.", todos.len());
        let page = TodoPage { todos, next_cursor: next.map(|next| next.to_string()), open, completed };
        Ok(Output::new(page).summary(summary))
    })
    .requires(Permission::ReadTodos.scope())
    .title("List TODOs")
    .description("Read the TODO list: open todos before completed ones, each oldest first, a page at a time.")
    .annotations(ToolAnnotations::new().read_only(true).open_world(false))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CreateTodo {
    /// What is to be done, in one line of plain text.
    todo_text: TodoText,
    /// Choose one, such as a UUID, and send the same again if the answer got lost: the todo is then added once.
    #[serde(default)]
    idempotency_key: Option<IdempotencyKey>,
}

pub(super) fn create_todo() -> Tool<TodoContext> {
    Tool::new("createTodo", async |cx: Context<TodoContext>, args: CreateTodo| {
        let command = Command::Create { text: args.todo_text };
        Ok(changed(cx.app().list().apply(command, args.idempotency_key).await?))
    })
    .requires(Permission::WriteTodos.scope())
    .title("Add a TODO")
    .description("Add a new TODO task")
    .annotations(
        ToolAnnotations::new().read_only(false).destructive(false).idempotent(false).open_world(false),
    )
}

#[derive(Deserialize, JsonSchema)]
struct OneTodo {
    /// The todo's id, as listTodos gives it.
    #[serde(rename = "todoID")]
    todo_id: TodoId,
}

pub(super) fn mark_todo_complete() -> Tool<TodoContext> {
    Tool::new("markTodoComplete", async |cx: Context<TodoContext>, args: OneTodo| {
        Ok(changed(cx.app().list().apply(Command::Complete { id: args.todo_id }, None).await?))
    })
    .requires(Permission::WriteTodos.scope())
    .title("Complete a TODO")
    .description("Mark a TODO as complete")
    .annotations(
        ToolAnnotations::new().read_only(false).destructive(false).idempotent(true).open_world(false),
    )
}

pub(super) fn delete_todo() -> Tool<TodoContext> {
    Tool::new("deleteTodo", async |cx: Context<TodoContext>, args: OneTodo| {
        Ok(changed(cx.app().list().apply(Command::Delete { id: args.todo_id }, None).await?))
    })
    .requires(Permission::WriteTodos.scope())
    .title("Delete a TODO")
    .description("Delete a TODO for good. To mark one as done, use markTodoComplete instead.")
    .annotations(ToolAnnotations::new().read_only(false).destructive(true).idempotent(true).open_world(false))
}

#[derive(Serialize, JsonSchema)]
struct ListChanged {
    /// What happened to the todo.
    change: ChangeKind,
    /// The todo as it is now; a deleted one as it was last.
    todo: Todo,
    /// How many todos of the list are open now.
    open: usize,
    /// How many are completed.
    completed: usize,
}

#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum ChangeKind {
    Created,
    Completed,
    Deleted,
    /// That was done before.
    Unchanged,
}

fn changed(Applied { change, open, completed }: Applied) -> Output<ListChanged> {
    let (kind, done, todo) = match change {
        Change::Created(todo) => (ChangeKind::Created, "Added", todo),
        Change::Completed(todo) => (ChangeKind::Completed, "Completed", todo),
        Change::Deleted(todo) => (ChangeKind::Deleted, "Deleted", todo),
        Change::Unchanged(todo) => (ChangeKind::Unchanged, "Done before:", todo),
    };
    let summary =
        format!("{done} “{}” (id {}). {open} open, {completed} completed.", todo.text.as_str(), todo.id);
    Output::new(ListChanged { change: kind, todo, open, completed }).summary(summary)
}
