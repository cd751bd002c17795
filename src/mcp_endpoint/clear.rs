//! The tool that removes every completed todo at once. It asks the user first, if the client can, and removes only the todos that they
//! were shown, once.
//!
//! The version of the list that was shown is stored with the question and sent with the command. If the list has changed since, the
//! command is refused, and the user is asked again about the current list.

use mcp::{
    AskError, ClientCapability, Context, Elicitation, NoArguments, Output, Tool, ToolAnnotations, ToolError,
};
use serde::{Deserialize, Serialize};
use todo::{Command, Filter, Refusal};
use worker_kit::random;

use super::{
    changes::{ListChanged, apply, apply_agreed},
    context::TodoContext,
    schemas::{self, kept},
};
use crate::{
    permissions::Permission,
    todo_list::{Agreement, TodoListError},
};

/// How often the user is asked in one call, when the list changes again and again.
const MOST_ASKED: u32 = 3;

pub(super) fn clear_completed() -> Tool<TodoContext> {
    schemas::tool(kept!("clearCompleted"), async |cx: Context<TodoContext>, _: NoArguments| clear(&cx).await)
        .requires(Permission::WriteTodos.scope())
        .title("Clear completed TODOs")
        .description("Delete every completed TODO at once. The user is asked first where their client can show a question; where it cannot, ask \
             them yourself. undoChange brings them back.")
        .annotations(
            ToolAnnotations::new().read_only(false).destructive(true).idempotent(true).open_world(false),
        )
}

async fn clear(cx: &Context<TodoContext>) -> Result<Output<ListChanged>, ToolError> {
    // A client that cannot ask has been told to ask in its own words. What there is to be shown need not be looked up for it.
    if !cx.client_supports(ClientCapability::Elicitation) {
        return apply(cx, Command::ClearCompleted, None).await;
    }
    for time in 1..=MOST_ASKED {
        let Shown { completed, agreement } = cx.keep(&named("shown", time), look(cx)).await?;
        if completed > 0 {
            match ask(cx, &named("confirm", time), completed).await {
                Ok(true) => {}
                Ok(false) => return Err(ToolError::new("The user did not agree. Nothing was deleted.")),
                // In a revision that has no questions, whatever the client declares.
                Err(AskError::Unsupported(_)) => return apply(cx, Command::ClearCompleted, None).await,
                Err(error) => return Err(error.into()),
            }
        }
        match apply_agreed(cx, Command::ClearCompleted, agreement).await {
            Err(TodoListError::Refused(why)) if matches!(*why, Refusal::ListChanged { .. }) => {}
            done => return Ok(done?),
        }
    }
    Err(ToolError::new(
        "The list changes faster than the user can be asked about it. Nothing was deleted; try again later.",
    ))
}

/// `confirm`, and `confirm-2` when it is asked for the second time.
fn named(name: &str, time: u32) -> String {
    if time == 1 { name.to_owned() } else { format!("{name}-{time}") }
}

/// What the user is shown before they are asked, and what their answer will be good for.
#[derive(Serialize, Deserialize)]
struct Shown {
    completed: usize,
    agreement: Agreement,
}

async fn look(cx: &Context<TodoContext>) -> Result<Shown, ToolError> {
    let page = cx.app().list().page(Filter::default(), None, 1).await?;
    let id = random::uuid().map_err(ToolError::fault)?.to_string();
    Ok(Shown { completed: page.completed, agreement: Agreement { id, version: page.version } })
}

#[derive(Deserialize)]
struct Confirmation {
    delete: bool,
}

/// Whether the user agrees that so many todos are deleted.
async fn ask(cx: &Context<TodoContext>, name: &str, completed: usize) -> Result<bool, AskError> {
    let todos = if completed == 1 { "todo" } else { "todos" };
    let message = format!("Delete {completed} completed {todos}? It can be undone.");
    let delete = json::object(vec![("type", "boolean".into()), ("description", "Delete them".into())]);
    let form = json::object(vec![
        ("type", "object".into()),
        ("properties", json::object(vec![("delete", delete)])),
        ("required", vec!["delete"].into()),
    ]);
    let answer = cx.elicit(name, Elicitation::form_of(message, form)).await?;
    Ok(answer.accepted::<Confirmation>().is_some_and(|answer| answer.delete))
}
