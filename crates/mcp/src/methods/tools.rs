//! `tools/list` and `tools/call` (2026-07-28 server/tools).

use serde_json::Value;
use serde_json::value::RawValue;

use crate::checks::mirrored;
use crate::declare::content::{Block, Content};
use crate::declare::server::Server;
use crate::declare::tool::{OutputParts, Tool, ToolError};
use crate::handler::answer::Answer;
use crate::handler::ask::AskError;
use crate::handler::response_context::ResponseContext;
use crate::methods::exchange::{Exchange, permitted};
use crate::model::client::ClientCapability;
use crate::model::error::RpcError;
use crate::model::failure::Failure;
use crate::model::jsonrpc::Params;
use crate::model::revision::Era;
use crate::model::wire::Caching;
use crate::ports::authorize::Authorize;
use crate::ports::tasks::TASKS_EXTENSION;

impl<C: Authorize + Clone + 'static> Server<C> {
    /// The tools this caller may use, in the order they were declared. They depend on nothing but the caller's
    /// permissions, so the answer is joined from texts made once.
    pub(super) fn list_tools(&self, exchange: &Exchange<'_>, app: &C) -> Result<Answer, Failure> {
        exchange.expect_first_page()?;
        let response_context = self.response_context(exchange)?;
        let allowed = self.tools().filter(|tool| permitted(app, &tool.permissions));
        let mut result = response_context.result();
        result.list("tools", allowed.map(|tool| tool.written(response_context.revision)))?;
        let shared = self.tools().all(|tool| tool.permissions.is_empty());
        Ok(Answer::Now(response_context.finish(result, Some(Caching::of_list(shared)))?))
    }

    pub(super) fn call_tool(&self, exchange: &mut Exchange<'_>, app: C) -> Result<Answer, Failure> {
        let name = Params::required("name", exchange.params.name)?;
        exchange.check_name(&name)?;
        let tool = self.tool_named(&name).ok_or_else(|| RpcError::unknown_tool(&name))?;
        if !permitted(&app, &tool.permissions) {
            return Err(Failure::forbidden(&tool.permissions));
        }
        let arguments = exchange.params.arguments.map_or("{}", RawValue::get);
        if !arguments.starts_with('{') {
            return Err(RpcError::invalid_params("params.arguments must be an object").into());
        }
        check_mirrored(exchange, tool, arguments)?;
        exchange.task = self.task_slot(exchange, &app);
        if tool.needs_task && exchange.task.is_none() {
            return Err(Failure::missing_extension(TASKS_EXTENSION, exchange.revision.era()));
        }
        exchange.take_up_round_trips("tools/call", &app)?;
        let response_context = self.response_context(exchange)?;
        let structured = tool.structured_in(exchange.revision);
        let outcome = (tool.call)(exchange.context(app, &response_context), arguments);
        Ok(exchange.working(async move {
            match outcome.await {
                Ok(outcome) => write_outcome(&response_context, structured, &outcome),
                Err(ToolError::Failed(message)) => write_failure(&response_context, &message),
                Err(ToolError::NeedsClient(capability)) => needs_client(&response_context, capability),
                Err(ToolError::Asked(AskError::Unsupported(capability))) => {
                    needs_client(&response_context, capability)
                }
                Err(ToolError::Asked(AskError::Refused(why))) => {
                    write_failure(&response_context, &format!("The client gave no answer: {why}"))
                }
                Err(ToolError::Asked(why)) => response_context.unanswered(why),
                Err(ToolError::Fault(fault)) => Err(fault.into()),
            }
        }))
    }
}

fn write_outcome(
    response_context: &ResponseContext,
    structured: bool,
    outcome: &OutputParts,
) -> Result<Vec<u8>, Failure> {
    let content: Vec<Block<'_>> =
        outcome.content.iter().map(|block| block.wire(response_context.revision)).collect();
    let mut result = response_context.result();
    result.member("content", &content)?;
    if let Some(value) = outcome.structured.as_ref().filter(|_| structured) {
        result.raw("structuredContent", value);
    }
    response_context.finish(result, None)
}

fn write_failure(response_context: &ResponseContext, message: &str) -> Result<Vec<u8>, Failure> {
    let mut result = response_context.result();
    result.member("content", &[Content::text(message).wire(response_context.revision)])?;
    result.raw("isError", "true");
    response_context.finish(result, None)
}

/// The handshake era has no error for it, and the client did nothing wrong, so there the model is told.
fn needs_client(
    response_context: &ResponseContext,
    capability: ClientCapability,
) -> Result<Vec<u8>, Failure> {
    match response_context.revision.era() {
        Era::Stateless => Err(Failure::missing_capability(capability, Era::Stateless)),
        Era::Handshake => {
            let capability = capability.as_str();
            let message = format!("This tool needs a client with the capability \"{capability}\".");
            write_failure(response_context, &message)
        }
    }
}

/// Where headers must agree, those of the tool's own parameters must.
fn check_mirrored<C>(exchange: &Exchange<'_>, tool: &Tool<C>, arguments: &str) -> Result<(), Failure> {
    let (Some(headers), Ok(parameters)) = (exchange.mirrors, &tool.mirrored) else { return Ok(()) };
    if parameters.is_empty() {
        return Ok(());
    }
    let arguments: Value = json::from_str(arguments)
        .map_err(|error| RpcError::invalid_params(&format!("params.arguments: {error}")))?;
    for parameter in parameters {
        mirrored::parameter(headers, parameter, &arguments)?;
    }
    Ok(())
}
