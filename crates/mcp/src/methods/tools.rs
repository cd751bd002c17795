//! `tools/list` and `tools/call` (2026-07-28 server/tools).

use serde_json::Value;
use serde_json::value::RawValue;

use crate::checks::mirrored;
use crate::declare::content::{Block, Content};
use crate::declare::server::Server;
use crate::declare::tool::{OutputParts, Tool, ToolError};
use crate::handler::answer::Answer;
use crate::handler::ask::AskError;
use crate::handler::response_context::Answering;
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
        let answering = self.answering(exchange)?;
        let allowed = self.tools().filter(|tool| permitted(app, &tool.permissions));
        let mut result = answering.result();
        result.list("tools", allowed.map(|tool| tool.written(answering.revision)))?;
        let shared = self.tools().all(|tool| tool.permissions.is_empty());
        Ok(Answer::Now(answering.finish(result, Some(Caching::of_list(shared)))?))
    }

    pub(super) fn call_tool(&self, mut exchange: Exchange<'_>, app: C) -> Result<Answer, Failure> {
        let name = Params::required("name", exchange.params.name)?;
        exchange.check_name(&name)?;
        let tool = self.tool_named(&name).ok_or_else(|| RpcError::unknown_tool(&name))?;
        if !permitted(&app, &tool.permissions) {
            return Err(Failure::Forbidden(tool.permissions.clone()));
        }
        let arguments = exchange.params.arguments.map_or("{}", RawValue::get);
        if !arguments.starts_with('{') {
            return Err(RpcError::invalid_params("params.arguments must be an object").into());
        }
        check_mirrored(&exchange, tool, arguments)?;
        exchange.task = self.task_slot(&exchange, &app);
        if tool.needs_task && exchange.task.is_none() {
            return Err(Failure::missing_extension(TASKS_EXTENSION, exchange.revision.era()));
        }
        exchange.take_up_rounds("tools/call", &app)?;
        let answering = self.answering(&exchange)?;
        let structured = tool.structured_in(exchange.revision);
        let outcome = (tool.call)(exchange.context(app, &answering), arguments);
        Ok(exchange.working(async move {
            match outcome.await {
                Ok(outcome) => write_outcome(&answering, structured, &outcome),
                Err(ToolError::Failed(message)) => write_failure(&answering, &message),
                Err(ToolError::NeedsClient(capability)) => needs_client(&answering, capability),
                Err(ToolError::Asked(AskError::Unsupported(capability))) => {
                    needs_client(&answering, capability)
                }
                Err(ToolError::Asked(AskError::Refused(why))) => {
                    write_failure(&answering, &format!("The client gave no answer: {why}"))
                }
                Err(ToolError::Asked(why)) => answering.unanswered(why),
                Err(ToolError::Fault(fault)) => Err(Failure::Fault(fault)),
            }
        }))
    }
}

fn write_outcome(answering: &Answering, structured: bool, outcome: &OutputParts) -> Result<Vec<u8>, Failure> {
    let content: Vec<Block<'_>> =
        outcome.content.iter().map(|block| block.wire(answering.revision)).collect();
    let mut result = answering.result();
    result.member("content", &content)?;
    if let Some(value) = outcome.structured.as_ref().filter(|_| structured) {
        result.raw("structuredContent", value.get());
    }
    answering.finish(result, None)
}

fn write_failure(answering: &Answering, message: &str) -> Result<Vec<u8>, Failure> {
    let mut result = answering.result();
    result.member("content", &[Content::text(message).wire(answering.revision)])?;
    result.raw("isError", "true");
    answering.finish(result, None)
}

/// The handshake era has no error for it, and the client did nothing wrong, so there the model is told.
fn needs_client(answering: &Answering, capability: ClientCapability) -> Result<Vec<u8>, Failure> {
    match answering.revision.era() {
        Era::Stateless => Err(Failure::missing_capability(capability, Era::Stateless)),
        Era::Handshake => {
            let capability = capability.as_str();
            let message = format!("This tool needs a client with the capability \"{capability}\".");
            write_failure(answering, &message)
        }
    }
}

/// Where headers must agree, those of the tool's own parameters must.
fn check_mirrored<C>(exchange: &Exchange<'_>, tool: &Tool<C>, arguments: &str) -> Result<(), Failure> {
    let (Some(headers), Ok(parameters)) = (exchange.mirrors, &tool.mirrored) else { return Ok(()) };
    if parameters.is_empty() {
        return Ok(());
    }
    let arguments: Value = serde_json::from_str(arguments)
        .map_err(|error| RpcError::invalid_params(&format!("params.arguments: {error}")))?;
    for parameter in parameters {
        mirrored::parameter(headers, parameter, &arguments)?;
    }
    Ok(())
}
