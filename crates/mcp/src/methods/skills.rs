//! `skills/list`, `skills/get` and `resources/directory/read` (the extension `io.modelcontextprotocol/skills`, SEP-2640).

use crate::declare::server::Server;
use crate::declare::skill::PublishedSkill;
use crate::handler::answer::Answer;
use crate::methods::exchange::{Exchange, permitted};
use crate::model::error::RpcError;
use crate::model::failure::Failure;
use crate::model::jsonrpc::Params;
use crate::model::wire::Caching;
use crate::ports::authorize::Authorize;

impl<C: Authorize + Clone + 'static> Server<C> {
    pub(super) fn list_skills(&self, exchange: &Exchange<'_>, app: &C) -> Result<Answer, Failure> {
        exchange.expect_first_page()?;
        let response_context = self.response_context(exchange)?;
        let mut result = response_context.result();
        let skills: Vec<_> = self.skills_of(app).map(|skill| &skill.entry).collect();
        result.member("skills", &skills)?;
        Ok(Answer::Now(response_context.finish(result, Some(self.caching_of_skills()))?))
    }

    pub(super) fn get_skill(&self, exchange: &Exchange<'_>, app: &C) -> Result<Answer, Failure> {
        let uri = Params::required("uri", exchange.params.uri)?;
        let skill = self.skills_of(app).find(|skill| skill.entry.uri == uri);
        let skill = skill.ok_or_else(|| RpcError::invalid_params("there is no such skill"))?;
        let response_context = self.response_context(exchange)?;
        let mut result = response_context.result();
        result.member("skill", &skill.entry)?;
        Ok(Answer::Now(response_context.finish(result, Some(self.caching_of_skills()))?))
    }

    /// The direct children of a skill's directory, directories among them.
    pub(super) fn read_directory(&self, exchange: &Exchange<'_>, app: &C) -> Result<Answer, Failure> {
        exchange.expect_first_page()?;
        let uri = Params::required("uri", exchange.params.uri)?;
        let children = self.skills_of(app).find_map(|skill| skill.directory(&uri));
        let children = children.ok_or_else(|| RpcError::invalid_params("there is no such directory"))?;
        let response_context = self.response_context(exchange)?;
        let mut result = response_context.result();
        let children: Vec<_> = children.iter().map(|entry| entry.wire(exchange.revision)).collect();
        result.member("resources", &children)?;
        Ok(Answer::Now(response_context.finish(result, Some(self.caching_of_skills()))?))
    }

    fn skills_of(&self, app: &C) -> impl Iterator<Item = &PublishedSkill> {
        self.skills().filter(|skill| permitted(app, &skill.permissions))
    }

    fn caching_of_skills(&self) -> Caching {
        Caching::of_list(self.skills().all(|skill| skill.permissions.is_empty()))
    }
}
