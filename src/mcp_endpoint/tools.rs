//! The tools that read and change the list. Their names and arguments are a contract with existing clients.

use mcp::{Context, Output, Tool, ToolAnnotations, ToolError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use todo::{
    Command, DueDate, DueEdit, Filter, IdempotencyKey, Page, Position, SearchWords, Sent, Show, Todo, TodoId,
    TodoText,
};

use super::{
    changes::apply,
    context::TodoContext,
    schemas::{self, kept},
};
use crate::{permissions::Permission, todo_list::TodoListError};

/// How many todos `listTodos` gives when not told.
pub(super) const DEFAULT_PAGE: usize = 50;

/// The most todos one page gives. A result has to fit into a model's context.
pub(super) const MAX_PAGE: usize = 200;

/// The most text one page gives, in characters; a todo may have a thousand.
pub(super) const MAX_PAGE_TEXT: usize = 20_000;

#[derive(Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
struct ListTodos {
    /// Which todos to show.
    show: Show,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Sent<SearchWords>")]
    contains: Option<Sent<SearchWords>>,
    /// Only todos due on this day or before; overdue ones are found with yesterday's date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "DueDate")]
    due_by: Option<Sent<DueDate>>,
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
        Self { show: Show::All, contains: None, due_by: None, limit: DEFAULT_PAGE, cursor: None }
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TodoPage {
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
    /// The number of the newest change: the same number, the same list.
    version: u64,
}

impl From<Page> for TodoPage {
    fn from(page: Page) -> Self {
        let Page { todos, next, open, completed, version } = page.within(MAX_PAGE_TEXT);
        Self { todos, next_cursor: next.map(|next| next.to_string()), open, completed, version }
    }
}

impl TodoPage {
    /// The same in words.
    pub(super) fn summary(&self) -> String {
        let Self { todos, next_cursor, open, completed, .. } = self;
        let more = if next_cursor.is_some() { "; there are more, see nextCursor" } else { "" };
        format!("{} of the list's {open} open and {completed} completed todos{more}.", todos.len())
    }
}

pub(super) fn list_todos() -> Tool<TodoContext> {
    schemas::tool(kept!("listTodos"), async |cx: Context<TodoContext>, args: ListTodos| {
        if !(1..=MAX_PAGE).contains(&args.limit) {
            return Err(ToolError::new(format!("`limit` must be a whole number from 1 to {MAX_PAGE}.")));
        }
        // An empty one is the start: clients exist that always send one.
        let cursor = args.cursor.as_deref().filter(|cursor| !cursor.is_empty());
        let position = match cursor.map(Position::parse).transpose() {
            Ok(position) => position,
            Err(refusal) => return Err(ToolError::new(refusal.to_string())),
        };
        let filter = Filter {
            show: args.show,
            contains: args.contains.map(Sent::checked),
            due_by: args.due_by.map(Sent::checked),
            ..Filter::default()
        };
        let page = TodoPage::from(cx.app().list().page(filter, position, args.limit).await?);
        let summary = page.summary();
        Ok(Output::new(page).summary(summary))
    })
    .requires(Permission::ReadTodos.scope())
    .title("List TODOs")
    .description(
        "Read the TODO list: open todos before completed ones, each oldest first, a page at a time. Filter by state, by words of \
         the text, and by due date rather than reading all of a long list.",
    )
    .annotations(ToolAnnotations::new().read_only(true).open_world(false))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CreateTodo {
    /// What is to be done, in one line of plain text.
    todo_text: Sent<TodoText>,
    /// The day by which it should be done, if there is one.
    #[serde(default)]
    due_on: Option<Sent<DueDate>>,
    /// Choose one, such as a UUID, and send the same again if the answer got lost: the todo is then added once.
    #[serde(default)]
    idempotency_key: Option<Sent<IdempotencyKey>>,
}

pub(super) fn create_todo() -> Tool<TodoContext> {
    schemas::tool(kept!("createTodo"), async |cx: Context<TodoContext>, args: CreateTodo| {
        let command =
            Command::Create { text: args.todo_text.checked(), due_on: args.due_on.map(Sent::checked) };
        apply(&cx, command, args.idempotency_key.map(Sent::checked)).await
    })
    .requires(Permission::WriteTodos.scope())
    .title("Add a TODO")
    .description("Add a new TODO task")
    .annotations(
        ToolAnnotations::new().read_only(false).destructive(false).idempotent(false).open_world(false),
    )
}

/// A todo by its id. What is no id at all is the id of no todo, like any other that is not in the list, and the model is told
/// the same.
#[derive(Deserialize)]
#[serde(transparent)]
struct Id(String);

impl Id {
    fn known(&self) -> Result<TodoId, TodoListError> {
        TodoId::parse(&self.0).map_err(TodoListError::from)
    }
}

#[derive(Deserialize, JsonSchema)]
struct OneTodo {
    /// The todo's id, as listTodos gives it.
    #[serde(rename = "todoID")]
    #[schemars(with = "TodoId")]
    todo_id: Id,
}

pub(super) fn mark_todo_complete() -> Tool<TodoContext> {
    schemas::tool(kept!("markTodoComplete"), async |cx: Context<TodoContext>, args: OneTodo| {
        apply(&cx, Command::Complete { id: args.todo_id.known()? }, None).await
    })
    .requires(Permission::WriteTodos.scope())
    .title("Complete a TODO")
    .description("Mark a TODO as complete")
    .annotations(
        ToolAnnotations::new().read_only(false).destructive(false).idempotent(true).open_world(false),
    )
}

pub(super) fn delete_todo() -> Tool<TodoContext> {
    schemas::tool(kept!("deleteTodo"), async |cx: Context<TodoContext>, args: OneTodo| {
        apply(&cx, Command::Delete { id: args.todo_id.known()? }, None).await
    })
    .requires(Permission::WriteTodos.scope())
    .title("Delete a TODO")
    .description("Delete a TODO. To mark one as done, use markTodoComplete instead.")
    .annotations(ToolAnnotations::new().read_only(false).destructive(true).idempotent(true).open_world(false))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateTodo {
    /// The todo's id, as listTodos gives it.
    #[serde(rename = "todoID")]
    #[schemars(with = "TodoId")]
    todo_id: Id,
    /// The new text, in one line; without it the text stays.
    #[serde(default)]
    todo_text: Option<Sent<TodoText>>,
    /// The new due date; without it the date stays.
    #[serde(default)]
    due_on: Option<Sent<DueDate>>,
    /// Takes the due date away.
    #[serde(default)]
    no_due_date: bool,
}

pub(super) fn update_todo() -> Tool<TodoContext> {
    schemas::tool(kept!("updateTodo"), async |cx: Context<TodoContext>, args: UpdateTodo| {
        let due = match (args.due_on, args.no_due_date) {
            (Some(_), true) => return Err(ToolError::new("Give either `dueOn` or `noDueDate`, not both.")),
            (Some(date), false) => DueEdit::On(date.checked()),
            (None, true) => DueEdit::Clear,
            (None, false) => DueEdit::Keep,
        };
        if args.todo_text.is_none() && due == DueEdit::Keep {
            return Err(ToolError::new("Say what to change: `todoText`, `dueOn` or `noDueDate`."));
        }
        apply(
            &cx,
            Command::Edit { id: args.todo_id.known()?, text: args.todo_text.map(Sent::checked), due },
            None,
        )
        .await
    })
    .requires(Permission::WriteTodos.scope())
    .title("Change a TODO")
    .description("Change a TODO's text, its due date, or both. What is not given stays as it is.")
    .annotations(ToolAnnotations::new().read_only(false).destructive(true).idempotent(true).open_world(false))
}

pub(super) fn reopen_todo() -> Tool<TodoContext> {
    schemas::tool(kept!("reopenTodo"), async |cx: Context<TodoContext>, args: OneTodo| {
        apply(&cx, Command::Reopen { id: args.todo_id.known()? }, None).await
    })
    .requires(Permission::WriteTodos.scope())
    .title("Reopen a TODO")
    .description("Mark a completed TODO as open again.")
    .annotations(
        ToolAnnotations::new().read_only(false).destructive(false).idempotent(true).open_world(false),
    )
}
