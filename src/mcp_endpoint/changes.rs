//! Changes that an agent makes, recorded under its name, and the tools' results for them.

use std::borrow::Cow;

use identity_workers::CallingClient;
use mcp::{Context, Output, ToolError};
use schemars::JsonSchema;
use serde::Serialize;
use todo::{Actor, ChangeKind, Command, HistoryEntry, IdempotencyKey, ListDelta, Todo};

use super::context::TodoContext;
use crate::{
    product::PRODUCT,
    todo_list::{Agreement, CommandRequest, TodoListError},
};

/// Carries out a command in the caller's name.
pub(super) async fn apply(
    cx: &Context<TodoContext>,
    command: Command,
    key: Option<IdempotencyKey>,
) -> Result<Output<ListChanged>, ToolError> {
    let request = CommandRequest { key, ..CommandRequest::new(command, actor(cx)) };
    Ok(changed(cx.app().list().apply(request).await?))
}

/// Carries out a command that the caller's user has agreed to.
///
/// # Errors
/// [`todo::Refusal::ListChanged`] where the list is not the one that they were shown.
pub(super) async fn apply_agreed(
    cx: &Context<TodoContext>,
    command: Command,
    agreement: Agreement,
) -> Result<Output<ListChanged>, TodoListError> {
    let request = CommandRequest { agreement: Some(agreement), ..CommandRequest::new(command, actor(cx)) };
    Ok(changed(cx.app().list().apply(request).await?))
}

/// Undoes a change in the caller's name.
pub(super) async fn undo(cx: &Context<TodoContext>, number: u64) -> Result<Output<ListChanged>, ToolError> {
    let by = actor(cx);
    Ok(changed(cx.app().list().undo(number, by).await?))
}

/// The actor for the history: the app by the name under which its user connected it, or else by the name that it gives itself, which is
/// not verified.
fn actor(cx: &Context<TodoContext>) -> Actor {
    let CallingClient::ConnectedApp { id, name } = cx.app().client() else { return Actor::Browser };
    let by_itself = || Some(PRODUCT.shown(cx.client()?.display_name()));
    let name = name.as_deref().filter(|name| !name.is_empty()).map(Cow::Borrowed).or_else(by_itself);
    Actor::app(id.as_str(), &name.unwrap_or_default())
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListChanged {
    /// What happened.
    change: ReportedKind,
    /// The change's number, which undoChange takes; absent where nothing changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    change_number: Option<u64>,
    /// The todo as it is now, a deleted one as it was last; absent where the change was about several.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Todo")]
    todo: Option<Todo>,
    /// How many todos the change was about.
    changed: usize,
    /// How many todos of the list are open now.
    open: usize,
    /// How many are completed.
    completed: usize,
}

#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum ReportedKind {
    Created,
    Edited,
    Completed,
    Reopened,
    Deleted,
    Cleared,
    Undone,
    /// That was done before.
    Unchanged,
}

fn changed(ListDelta { change, todos, open, completed, .. }: ListDelta) -> Output<ListChanged> {
    let (kind, said, changed) = match &change {
        Some(entry) => (reported(entry.kind), summary_of(entry), entry.todos),
        None => (
            ReportedKind::Unchanged,
            todos.first().map_or_else(|| "Nothing to do".to_owned(), |todo| named("Done before:", todo)),
            0,
        ),
    };
    let change_number = change.as_ref().map(|entry| entry.number);
    let number = change_number.map(|number| format!(" Change {number}.")).unwrap_or_default();
    let todo = change.map_or_else(|| todos.into_iter().next(), |entry| entry.todo);
    let summary = format!("{said}.{number} {open} open, {completed} completed.");
    Output::new(ListChanged { change: kind, change_number, todo, changed, open, completed }).summary(summary)
}

fn reported(kind: ChangeKind) -> ReportedKind {
    match kind {
        ChangeKind::Created => ReportedKind::Created,
        ChangeKind::Edited => ReportedKind::Edited,
        ChangeKind::Completed => ReportedKind::Completed,
        ChangeKind::Reopened => ReportedKind::Reopened,
        ChangeKind::Deleted => ReportedKind::Deleted,
        ChangeKind::Cleared => ReportedKind::Cleared,
        ChangeKind::Undone => ReportedKind::Undone,
    }
}

/// A change in a few words: `Completed “Buy milk” (id …)`.
pub(super) fn summary_of(entry: &HistoryEntry) -> String {
    let verb = verb(entry.kind);
    let verb = entry.undoes.map_or_else(
        || verb.to_owned(),
        |undone| {
            format!("{verb} change {} ({})", undone.number, self::verb(undone.kind).to_ascii_lowercase())
        },
    );
    match &entry.todo {
        Some(todo) => named(&verb, todo),
        None => format!("{verb} {} todos", entry.todos),
    }
}

fn verb(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Created => "Added",
        ChangeKind::Edited => "Changed",
        ChangeKind::Completed => "Completed",
        ChangeKind::Reopened => "Reopened",
        ChangeKind::Deleted => "Deleted",
        ChangeKind::Cleared => "Cleared",
        ChangeKind::Undone => "Undid",
    }
}

fn named(verb: &str, todo: &Todo) -> String {
    format!("{verb} {} (id {})", text::quoted(todo.text.as_str()), todo.id)
}
