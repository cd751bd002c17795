//! Tools that take a while, and tell about it.

use std::cell::Cell;
use std::future::pending;
use std::time::Duration;

use mcp::{Context, LogLevel, NoArguments, ResourceChange, Server, Tool};
use schemars::JsonSchema;
use serde::Deserialize;
use worker_kit::timer::sleep;

use crate::here::Here;

thread_local! {
    /// How many handlers of this isolate wait, and will until they are stopped.
    static WAITING: Cell<u32> = const { Cell::new(0) };
}

/// One of them, for as long as it is there.
struct Waiting;

impl Waiting {
    fn begin() -> Self {
        WAITING.set(WAITING.get().saturating_add(1));
        Self
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.set(WAITING.get().saturating_sub(1));
    }
}

#[derive(Deserialize, JsonSchema)]
struct Wait {
    /// Whether to say first that it waits.
    aloud: bool,
}

/// Long enough for what is sent before and after it to arrive apart.
async fn pause() {
    sleep(Duration::from_millis(50)).await;
}

pub(crate) fn declare(server: Server<Here>) -> Server<Here> {
    server
        .tool(Tool::new("test_tool_with_logging", logging).description("Logs three messages while it runs"))
        .tool(Tool::new("test_logging_tool", logging).description("Logs if the request asks for it"))
        .tool(
            Tool::new("test_tool_with_progress", async |cx: Context<Here>, _: NoArguments| {
                for done in [0.0, 50.0, 100.0] {
                    if done > 0.0 {
                        pause().await;
                    }
                    cx.progress(done, Some(100.0), Some(&format!("Completed step {done} of 100")));
                }
                Ok("Tool with progress executed successfully".to_owned())
            })
            .description("Reports progress while it runs"),
        )
        .tool(
            Tool::new("touch_watched_resource", async |cx: Context<Here>, _: NoArguments| {
                let uri = "test://watched-resource".to_owned();
                mcp_workers::changed(&cx.app().env, "", vec![ResourceChange::Resource { uri }]).await?;
                Ok("Touched".to_owned())
            })
            .description("Says that test://watched-resource has changed"),
        )
        .tool(
            Tool::new("touch_resource_list", async |cx: Context<Here>, _: NoArguments| {
                mcp_workers::changed(&cx.app().env, "", vec![ResourceChange::ResourceList]).await?;
                Ok("Touched".to_owned())
            })
            .description("Says that the list of resources has changed"),
        )
        .tool(
            Tool::new("wait", async |cx: Context<Here>, Wait { aloud }: Wait| {
                let _waiting = Waiting::begin();
                if aloud {
                    cx.log(LogLevel::Info, None, "Waiting").await;
                }
                pending::<()>().await;
                Ok("This is never said".to_owned())
            })
            .description("Waits until it is stopped"),
        )
        .tool(
            Tool::new("count_waiting", async |_: Context<Here>, _: NoArguments| {
                Ok(WAITING.get().to_string())
            })
            .description("Says how many calls wait"),
        )
        .tool(
            Tool::new("test_reconnection", async |cx: Context<Here>, _: NoArguments| {
                cx.let_poll();
                sleep(Duration::from_millis(100)).await;
                Ok("Reconnection test completed successfully".to_owned())
            })
            .description("Hangs up, and has its answer fetched"),
        )
}

async fn logging(cx: Context<Here>, _: NoArguments) -> Result<String, mcp::ToolError> {
    cx.log(LogLevel::Info, None, "Tool execution started").await;
    pause().await;
    cx.log(LogLevel::Info, None, "Tool processing data").await;
    pause().await;
    cx.log(LogLevel::Info, None, "Tool execution completed").await;
    Ok("Tool with logging executed successfully".to_owned())
}
