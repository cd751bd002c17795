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
        let answering = self.answering(exchange)?;
        let allowed = self.prompts().filter(|prompt| permitted(app, &prompt.permissions));
        let mut result = answering.result();
        result.list("prompts", allowed.map(|prompt| prompt.written(answering.revision)))?;
        let shared = self.prompts().all(|prompt| prompt.permissions.is_empty());
        Ok(Answer::Now(answering.finish(result, Some(Caching::of_list(shared)))?))
    }

    pub(super) fn get_prompt(&self, mut exchange: Exchange<'_>, app: C) -> Result<Answer, Failure> {
        let name = Params::required("name", exchange.params.name)?;
        exchange.check_name(&name)?;
        let prompt = self.prompt_named(&name).ok_or_else(|| RpcError::unknown_prompt(&name))?;
        if !permitted(&app, &prompt.permissions) {
            return Err(Failure::Forbidden(prompt.permissions.clone()));
        }
        let arguments = exchange.params.arguments.map_or("{}", RawValue::get);
        if !arguments.starts_with('{') {
            return Err(RpcError::invalid_params("params.arguments must be an object").into());
        }
        exchange.take_up_rounds("prompts/get", &app)?;
        let answering = self.answering(&exchange)?;
        let description = prompt.description.clone();
        let messages = (prompt.get)(exchange.context(app, &answering), arguments);
        Ok(exchange.working(async move {
            let messages = match messages.await {
                Ok(messages) => messages,
                Err(PromptError::Invalid(why)) => return Err(RpcError::invalid_params(&why).into()),
                Err(PromptError::Asked(why)) => return answering.unanswered(why),
                Err(PromptError::Fault(fault)) => return Err(Failure::Fault(fault)),
            };
            let messages: Vec<_> = messages.iter().map(|message| message.wire(answering.revision)).collect();
            let mut result = answering.result();
            if let Some(description) = description {
                result.member("description", &description)?;
            }
            result.member("messages", &messages)?;
            answering.finish(result, None)
        }))
    }
}
