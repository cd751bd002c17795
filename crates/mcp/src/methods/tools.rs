//! `tools/list` and `tools/call` (2026-07-28 server/tools).

use serde_json::Value;
use serde_json::value::RawValue;

use crate::content::{Block, Content};
use crate::context::Authorize;
use crate::error::{Failure, RpcError};
use crate::jsonrpc::Params;
use crate::ladder::mirrored;
use crate::methods::{Exchange, permitted};
use crate::revision::Era;
use crate::server::Server;
use crate::tool::{OutputParts, Tool, ToolError};
use crate::wire::{CacheScope, Caching};

impl<C: Authorize + Clone + 'static> Server<C> {
    /// The tools this caller may use, in the order they were declared. They depend on nothing but the caller's
    /// permissions, so the answer is joined from texts made once.
    pub(super) fn list_tools(&self, exchange: &Exchange<'_>, app: &C) -> Result<Vec<u8>, Failure> {
        exchange.expect_first_page()?;
        let revision = exchange.revision;
        let allowed = self.tools().filter(|tool| permitted(app, &tool.permissions));
        let mut result = exchange.result();
        result.list("tools", allowed.map(|tool| tool.written(revision)))?;
        let scope = if self.tools().any(|tool| !tool.permissions.is_empty()) {
            CacheScope::Private
        } else {
            CacheScope::Public
        };
        self.finish(exchange, result, Some(Caching::of_declarations(scope)))
    }

    pub(super) async fn call_tool(&self, exchange: &Exchange<'_>, app: C) -> Result<Vec<u8>, Failure> {
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
        check_mirrored(exchange, tool, arguments)?;
        match (tool.call)(exchange.context(app), arguments).await {
            Ok(outcome) => self.write_outcome(exchange, tool, &outcome),
            Err(ToolError::Failed(message)) => self.write_failure(exchange, &message),
            Err(ToolError::NeedsClient(capability)) => match exchange.revision.era() {
                Era::Stateless => {
                    Err(Failure::BadRequest(RpcError::missing_client_capability(capability.as_str())))
                }
                // This era has no error for it, and the client did nothing wrong.
                Era::Handshake => {
                    let capability = capability.as_str();
                    let message = format!("This tool needs a client with the capability \"{capability}\".");
                    self.write_failure(exchange, &message)
                }
            },
            Err(ToolError::Fault(fault)) => Err(Failure::Fault(fault)),
        }
    }

    fn write_outcome(
        &self,
        exchange: &Exchange<'_>,
        tool: &Tool<C>,
        outcome: &OutputParts,
    ) -> Result<Vec<u8>, Failure> {
        let content: Vec<Block<'_>> =
            outcome.content.iter().map(|block| block.wire(exchange.revision)).collect();
        let mut result = exchange.result();
        result.member("content", &content)?;
        if let Some(structured) =
            outcome.structured.as_ref().filter(|_| tool.structured_in(exchange.revision))
        {
            result.raw("structuredContent", structured.get());
        }
        self.finish(exchange, result, None)
    }

    fn write_failure(&self, exchange: &Exchange<'_>, message: &str) -> Result<Vec<u8>, Failure> {
        let mut result = exchange.result();
        result.member("content", &[Content::text(message).wire(exchange.revision)])?;
        result.raw("isError", "true");
        self.finish(exchange, result, None)
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
