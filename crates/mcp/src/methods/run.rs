//! From a method to what it does.

use std::rc::Rc;

use crate::declare::server::Server;
use crate::handler::answer::Answer;
use crate::handler::response_context::ResponseContext;
use crate::methods::exchange::Exchange;
use crate::methods::method::Method;
use crate::model::failure::Failure;
use crate::ports::authorize::Authorize;

impl<C: Authorize + Clone + 'static> Server<C> {
    /// Runs a method.
    pub(crate) fn run(&self, method: Method, exchange: &mut Exchange<'_>, app: C) -> Result<Answer, Failure> {
        match method {
            Method::Initialize => self.initialize(exchange, &app),
            Method::Ping => self.ping(exchange),
            Method::Discover => self.discover(exchange),
            Method::ListTools => self.list_tools(exchange, &app),
            Method::CallTool => self.call_tool(exchange, app),
            Method::ListResources => self.list_resources(exchange, app),
            Method::ListResourceTemplates => self.list_resource_templates(exchange, &app),
            Method::ReadResource => self.read_resource(exchange, app),
            Method::ListPrompts => self.list_prompts(exchange, &app),
            Method::GetPrompt => self.get_prompt(exchange, app),
            Method::Complete => self.complete(exchange, app),
            Method::SetLogLevel => self.set_log_level(exchange),
            Method::Subscribe => self.subscribe(exchange, &app),
            Method::Unsubscribe => self.unsubscribe(exchange),
            Method::ListSkills => self.list_skills(exchange, &app),
            Method::GetSkill => self.get_skill(exchange, &app),
            Method::ReadDirectory => self.read_directory(exchange, &app),
            Method::ListenToChanges => self.listen_to_changes(exchange, &app),
            Method::GetTask => self.get_task(exchange, &app),
            Method::UpdateTask => self.update_task(exchange, &app),
            Method::CancelTask => self.cancel_task(exchange, &app),
        }
    }
}

impl<C> Server<C> {
    pub(crate) fn response_context(&self, exchange: &Exchange<'_>) -> Result<Rc<ResponseContext>, Failure> {
        let meta = Rc::clone(self.meta(exchange.revision)?);
        Ok(Rc::new(ResponseContext::new(exchange.id, exchange.revision, meta, exchange.round_trips.clone())))
    }
}
