//! `prompts/list` and `prompts/get` (2026-07-28 server/prompts).

use serde_json::value::RawValue;

use crate::declare::prompt::PromptError;
use crate::declare::server::Server;
use crate::handler::answer::Answer;
use crate::methods::exchange::{Exchange, permitted};
use crate::model::error::RpcError;
use crate::model::failure::Failure;
use crate::model::jsonrpc::Params;
use crate::model::wire::Caching;
use crate::ports::authorize::Authorize;

impl<C: Authorize + Clone + 'static> Server<C> {
    pub(super) fn list_prompts(&self, exchange: &Exchange<'_>, app: &C) -> Result<Answer, Failure> {
        exchange.expect_first_page()?;
        let response_context = self.response_context(exchange)?;
        let allowed = self.prompts().filter(|prompt| permitted(app, &prompt.permissions));
        let mut result = response_context.result();
        result.list("prompts", allowed.map(|prompt| prompt.written(response_context.revision)))?;
        let shared = self.prompts().all(|prompt| prompt.permissions.is_empty());
        Ok(Answer::Now(response_context.finish(result, Some(Caching::of_list(shared)))?))
    }

    pub(super) fn get_prompt(&self, exchange: &mut Exchange<'_>, app: C) -> Result<Answer, Failure> {
        let name = Params::required("name", exchange.params.name)?;
        exchange.check_name(&name)?;
        let prompt = self.prompt_named(&name).ok_or_else(|| RpcError::unknown_prompt(&name))?;
        if !permitted(&app, &prompt.permissions) {
            return Err(Failure::forbidden(&prompt.permissions));
        }
        let arguments = exchange.params.arguments.map_or("{}", RawValue::get);
        if !arguments.starts_with('{') {
            return Err(RpcError::invalid_params("params.arguments must be an object").into());
        }
        exchange.take_up_round_trips("prompts/get", &app)?;
        let response_context = self.response_context(exchange)?;
        let description = prompt.description.clone();
        let messages = (prompt.get)(exchange.context(app, &response_context), arguments);
        Ok(exchange.working(async move {
            let messages = match messages.await {
                Ok(messages) => messages,
                Err(PromptError::Invalid(why)) => return Err(RpcError::invalid_params(&why).into()),
                Err(PromptError::Asked(why)) => return response_context.unanswered(why),
                Err(PromptError::Fault(fault)) => return Err(fault.into()),
            };
            let messages: Vec<_> =
                messages.iter().map(|message| message.wire(response_context.revision)).collect();
            let mut result = response_context.result();
            if let Some(description) = description {
                result.member("description", &description)?;
            }
            result.member("messages", &messages)?;
            response_context.finish(result, None)
        }))
    }
}
