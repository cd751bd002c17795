//! Tools that go on as tasks.

use std::time::Duration;

use futures_util::future::join;
use mcp::{Context, Elicitation, Fault, NoArguments, Server, Tool, ToolError};
use schemars::JsonSchema;
use serde::Deserialize;
use worker_kit::timer::sleep;

use crate::here::Here;

#[derive(Deserialize, JsonSchema)]
struct Greeted {
    /// Whom to greet.
    name: String,
}

#[derive(Deserialize, JsonSchema)]
struct Computation {
    /// How long it takes.
    seconds: u64,
    /// Its name.
    #[serde(default)]
    label: String,
}

#[derive(Deserialize, JsonSchema)]
struct File {
    /// What to delete.
    filename: String,
}

#[derive(Deserialize, JsonSchema)]
struct Confirmation {
    confirm: bool,
}

#[derive(Deserialize, JsonSchema)]
struct Name {
    name: String,
}

pub(crate) fn declare(server: Server<Here>) -> Server<Here> {
    server
        .tool(
            Tool::new("greet", async |_: Context<Here>, args: Greeted| Ok(format!("Hello, {}!", args.name)))
                .description("Greets, at once"),
        )
        .tool(
            Tool::new("slow_compute", async |cx: Context<Here>, args: Computation| {
                cx.go_on_as_task().await?;
                sleep(Duration::from_secs(args.seconds)).await;
                Ok(format!("Computed {} in {} s", args.label, args.seconds))
            })
            .description("Takes its time"),
        )
        .tool(
            Tool::new(
                "failing_job",
                async |cx: Context<Here>, _: NoArguments| -> Result<String, ToolError> {
                    cx.go_on_as_task().await?;
                    sleep(Duration::from_secs(1)).await;
                    Err(ToolError::new("The job failed"))
                },
            )
            .needs_task()
            .description("Fails, later"),
        )
        .tool(
            Tool::new(
                "protocol_error_job",
                async |cx: Context<Here>, _: NoArguments| -> Result<String, ToolError> {
                    cx.go_on_as_task().await?;
                    Err(Fault::new("a job broke, as it is meant to").into())
                },
            )
            .description("Breaks, later"),
        )
        .tool(
            Tool::new("confirm_delete", async |cx: Context<Here>, args: File| {
                cx.go_on_as_task().await?;
                let question = Elicitation::form::<Confirmation>(format!("Delete {}?", args.filename));
                let answer = cx.elicit("confirm", question).await?;
                let confirmed = answer.accepted::<Confirmation>().is_some_and(|answer| answer.confirm);
                Ok(format!("{} was {}", args.filename, if confirmed { "deleted" } else { "kept" }))
            })
            .description("Asks, then deletes nothing"),
        )
        .tool(
            Tool::new("multi_input", async |cx: Context<Here>, _: NoArguments| {
                cx.go_on_as_task().await?;
                let ask =
                    |name: &'static str| cx.elicit(name, Elicitation::form::<Name>(format!("Your {name}?")));
                let (first, second) = join(ask("first"), ask("second")).await;
                let name = |answer: mcp::Elicited| {
                    answer.accepted::<Name>().map(|answer| answer.name).unwrap_or_default()
                };
                Ok(format!("{} and {}", name(first?), name(second?)))
            })
            .description("Asks two things at once"),
        )
        .tool(
            Tool::new("test_tool_with_task", async |cx: Context<Here>, _: NoArguments| {
                let answer = cx.elicit("user_name", Elicitation::form::<Name>("What is your name?")).await?;
                let name = answer.accepted::<Name>().map(|answer| answer.name).unwrap_or_default();
                cx.go_on_as_task().await?;
                Ok(format!("Hello, {name}!"))
            })
            .needs_task()
            .description("Asks first, and goes on as a task"),
        )
}
