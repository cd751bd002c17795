//! From a method to what it does.

use std::rc::Rc;

use crate::declare::server::Server;
use crate::handler::answer::Answer;
use crate::handler::response_context::ResponseContext;
use crate::methods::exchange::Exchange;
use crate::methods::method::Method;
use crate::model::failure::Failure;
use crate::ports::authorize::Authorize;

/// What a method does.
type Run<C> = fn(&Server<C>, &mut Exchange<'_>, C) -> Result<Answer, Failure>;

impl<C: Authorize + Clone + 'static> Server<C> {
    /// Runs a method.
    pub(crate) fn run(&self, method: Method, exchange: &mut Exchange<'_>, app: C) -> Result<Answer, Failure> {
        // A pointer, not a call: what has one caller is inlined, and the platform would compile all methods for the first request.
        let run: Run<C> = match method {
            Method::Initialize => |server, exchange, app| server.initialize(exchange, &app),
            Method::Ping => |server, exchange, _| server.ping(exchange),
            Method::Discover => |server, exchange, _| server.discover(exchange),
            Method::ListTools => |server, exchange, app| server.list_tools(exchange, &app),
            Method::CallTool => |server, exchange, app| server.call_tool(exchange, app),
            Method::ListResources => |server, exchange, app| server.list_resources(exchange, app),
            Method::ListResourceTemplates => {
                |server, exchange, app| server.list_resource_templates(exchange, &app)
            }
            Method::ReadResource => |server, exchange, app| server.read_resource(exchange, app),
            Method::ListPrompts => |server, exchange, app| server.list_prompts(exchange, &app),
            Method::GetPrompt => |server, exchange, app| server.get_prompt(exchange, app),
            Method::Complete => |server, exchange, app| server.complete(exchange, app),
            Method::SetLogLevel => |server, exchange, _| server.set_log_level(exchange),
            Method::Subscribe => |server, exchange, app| server.subscribe(exchange, &app),
            Method::Unsubscribe => |server, exchange, _| server.unsubscribe(exchange),
            Method::ListSkills => |server, exchange, app| server.list_skills(exchange, &app),
            Method::GetSkill => |server, exchange, app| server.get_skill(exchange, &app),
            Method::ReadDirectory => |server, exchange, app| server.read_directory(exchange, &app),
            Method::ListenToChanges => |server, exchange, app| server.listen_to_changes(exchange, &app),
            Method::GetTask => |server, exchange, app| server.get_task(exchange, &app),
            Method::UpdateTask => |server, exchange, app| server.update_task(exchange, &app),
            Method::CancelTask => |server, exchange, app| server.cancel_task(exchange, &app),
        };
        run(self, exchange, app)
    }
}

impl<C> Server<C> {
    pub(crate) fn response_context(&self, exchange: &Exchange<'_>) -> Result<Rc<ResponseContext>, Failure> {
        let meta = Rc::clone(self.meta(exchange.revision)?);
        Ok(Rc::new(ResponseContext::new(exchange.id, exchange.revision, meta, exchange.round_trips.clone())))
    }
}
