//! The methods of the protocol: a message that has passed the ladder becomes an answer.
//!
//! `lifecycle` holds `initialize`, `ping` and `server/discover`; the others hold what they are named for. A method writes
//! the members of its result; what each era adds to every result is the business of [`crate::wire`].

mod completion;
mod existing;
mod lifecycle;
mod listen;
mod prompts;
mod resources;
mod sessions;
mod skills;
mod tasks;
mod tools;

use std::borrow::Cow;
use std::future::Future;
use std::rc::Rc;

use serde_json::value::RawValue;

use crate::answer::Answer;
use crate::answering::Answering;
use crate::authorize::Authorize;
use crate::client::ClientInfo;
use crate::context::{Call, Context};
use crate::error::RpcError;
use crate::failure::Failure;
use crate::headers::Headers;
use crate::in_flight::Working;
use crate::jsonrpc::{Params, string};
use crate::ladder::mirrored;
use crate::log::LogLevel;
use crate::outbox::Outbox;
use crate::platform::Platform;
use crate::request_id::RequestId;
use crate::revision::{Era, Revision};
use crate::rounds::Rounds;
use crate::seal::Owner;
use crate::server::Server;
use crate::session::Session;
use crate::steady::steady;
use crate::task_run::TaskSlot;

/// A method that this server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Initialize,
    Ping,
    Discover,
    ListTools,
    CallTool,
    ListResources,
    ListResourceTemplates,
    ReadResource,
    ListPrompts,
    GetPrompt,
    Complete,
    SetLogLevel,
    Subscribe,
    Unsubscribe,
    ListenToChanges,
    ListSkills,
    GetSkill,
    ReadDirectory,
    GetTask,
    UpdateTask,
    CancelTask,
}

impl Method {
    /// The method of this name, if the era has it and the server declared what it is for. `None` is "method not found".
    pub(crate) fn find<C>(name: &str, era: Era, server: &Server<C>, platform: &Platform) -> Option<Self> {
        let sessions = platform.held_sessions().is_some();
        let tasks = platform.held_tasks().is_some() && server.has_tasks();
        match (name, era) {
            ("initialize", Era::Handshake) => Some(Self::Initialize),
            ("ping", Era::Handshake) => Some(Self::Ping),
            ("server/discover", Era::Stateless) => Some(Self::Discover),
            ("tools/list", _) if server.has_tools() => Some(Self::ListTools),
            ("tools/call", _) if server.has_tools() => Some(Self::CallTool),
            ("resources/list", _) if server.has_resources() => Some(Self::ListResources),
            ("resources/templates/list", _) if server.has_resources() => Some(Self::ListResourceTemplates),
            ("resources/read", _) if server.has_resources() => Some(Self::ReadResource),
            ("prompts/list", _) if server.has_prompts() => Some(Self::ListPrompts),
            ("prompts/get", _) if server.has_prompts() => Some(Self::GetPrompt),
            ("completion/complete", _) if server.has_completions() => Some(Self::Complete),
            ("skills/list", _) if server.has_skills() => Some(Self::ListSkills),
            ("skills/get", _) if server.has_skills() => Some(Self::GetSkill),
            ("resources/directory/read", _) if server.has_skills() => Some(Self::ReadDirectory),
            ("logging/setLevel", Era::Handshake) if sessions && server.has_logs() => Some(Self::SetLogLevel),
            ("resources/subscribe", Era::Handshake) if sessions && server.has_updates() => {
                Some(Self::Subscribe)
            }
            ("resources/unsubscribe", Era::Handshake) if sessions && server.has_updates() => {
                Some(Self::Unsubscribe)
            }
            ("subscriptions/listen", Era::Stateless) if sessions && server.has_updates() => {
                Some(Self::ListenToChanges)
            }
            ("tasks/get", Era::Stateless) if tasks => Some(Self::GetTask),
            ("tasks/update", Era::Stateless) if tasks => Some(Self::UpdateTask),
            ("tasks/cancel", Era::Stateless) if tasks => Some(Self::CancelTask),
            _ => None,
        }
    }
}

/// One request on its way to its answer.
pub(crate) struct Exchange<'a> {
    pub(crate) id: RequestId<'a>,
    pub(crate) revision: Revision,
    pub(crate) params: Params<'a>,
    pub(crate) platform: &'a Platform,
    /// The headers that must agree with the parameters; `None` in the handshake era, which has none such.
    pub(crate) mirrors: Option<&'a dyn Headers>,
    pub(crate) client: Option<ClientInfo>,
    pub(crate) capabilities: Option<&'a RawValue>,
    pub(crate) progress_token: Option<&'a RawValue>,
    pub(crate) log_level: Option<LogLevel>,
    /// What its handler sends before the result.
    pub(crate) outbox: Rc<Outbox>,
    /// What its handler asks, where asking means answering with questions.
    pub(crate) rounds: Option<Rc<Rounds>>,
    /// The session it belongs to, in the handshake era.
    pub(crate) session: Option<Session>,
    /// What lets its handler go on as a task, where that can be.
    pub(crate) task: Option<Rc<TaskSlot>>,
}

impl Exchange<'_> {
    /// What a handler is told of this request.
    fn context<C>(&self, app: C, answering: &Rc<Answering>) -> Context<C> {
        Context::new(
            app,
            Rc::new(Call {
                revision: self.revision,
                request_id: self.id.as_json().into(),
                client: self.client.clone(),
                capabilities: self.capabilities.map(ToOwned::to_owned),
                progress_token: self.progress_token.map(ToOwned::to_owned),
                log_level: self.log_level,
                outbox: Rc::clone(&self.outbox),
                rounds: self.rounds.clone(),
                session: self.session.clone(),
                task: self.task.clone(),
                answering: Rc::clone(answering),
            }),
        )
    }

    /// Lets the handler ask the client, in the era where that takes rounds. Only `tools/call`, `prompts/get` and
    /// `resources/read` may (basic/patterns/mrtr, "Supported Requests").
    fn take_up_rounds(&mut self, method: &str, caller: &impl Authorize) -> Result<(), Failure> {
        if self.revision.era() == Era::Stateless {
            let rounds = Rounds::take_up(method, &self.params, Owner::of(caller), self.platform)?;
            self.rounds = Some(Rc::new(rounds));
        }
        Ok(())
    }

    /// A handler set to work.
    fn working(&self, response: impl Future<Output = Result<Vec<u8>, Failure>> + 'static) -> Answer {
        // Only a stream can end without an answer.
        let session = self.session.as_ref().filter(|_| self.outbox.takes_messages());
        Answer::Later(Working {
            response: steady(response),
            outbox: Rc::clone(&self.outbox),
            cancelled: session.map(|session| session.cancelled(self.id)),
        })
    }

    /// Where headers must agree, `Mcp-Name` must.
    fn check_name(&self, name: &str) -> Result<(), Failure> {
        self.mirrors.map_or(Ok(()), |headers| mirrored::name(headers, name).map_err(Failure::from))
    }

    /// The cursor, where there is one. An empty one is the start: clients exist that always send a cursor.
    fn cursor(&self) -> Result<Option<Cow<'_, str>>, Failure> {
        let Some(raw) = self.params.cursor else { return Ok(None) };
        let cursor = string(raw).ok_or_else(invalid_cursor)?;
        Ok(Some(cursor).filter(|cursor| !cursor.is_empty()))
    }

    /// Refuses a cursor to a list that has one page and so gave out none (server/utilities/pagination, "Error Handling").
    fn expect_first_page(&self) -> Result<(), Failure> {
        if self.cursor()?.is_some() { Err(invalid_cursor()) } else { Ok(()) }
    }
}

impl<C: Authorize + Clone + 'static> Server<C> {
    /// Runs a method.
    pub(crate) fn run(&self, method: Method, exchange: Exchange<'_>, app: C) -> Result<Answer, Failure> {
        match method {
            Method::Initialize => self.initialize(&exchange, &app),
            Method::Ping => self.ping(&exchange),
            Method::Discover => self.discover(&exchange),
            Method::ListTools => self.list_tools(&exchange, &app),
            Method::CallTool => self.call_tool(exchange, app),
            Method::ListResources => self.list_resources(&exchange, app),
            Method::ListResourceTemplates => self.list_resource_templates(&exchange, &app),
            Method::ReadResource => self.read_resource(exchange, app),
            Method::ListPrompts => self.list_prompts(&exchange, &app),
            Method::GetPrompt => self.get_prompt(exchange, app),
            Method::Complete => self.complete(&exchange, app),
            Method::SetLogLevel => self.set_log_level(&exchange),
            Method::Subscribe => self.subscribe(&exchange, &app),
            Method::Unsubscribe => self.unsubscribe(&exchange),
            Method::ListSkills => self.list_skills(&exchange, &app),
            Method::GetSkill => self.get_skill(&exchange, &app),
            Method::ReadDirectory => self.read_directory(&exchange, &app),
            Method::ListenToChanges => self.listen_to_changes(&exchange, &app),
            Method::GetTask => self.get_task(&exchange, &app),
            Method::UpdateTask => self.update_task(&exchange, &app),
            Method::CancelTask => self.cancel_task(&exchange, &app),
        }
    }
}

impl<C> Server<C> {
    fn answering(&self, exchange: &Exchange<'_>) -> Result<Rc<Answering>, Failure> {
        let meta = Rc::clone(self.meta(exchange.revision)?);
        Ok(Rc::new(Answering::new(exchange.id, exchange.revision, meta, exchange.rounds.clone())))
    }
}

fn invalid_cursor() -> Failure {
    RpcError::invalid_params("this list gave out no such cursor; without one it starts from the beginning")
        .into()
}

/// Whether the caller has every one of these permissions.
fn permitted(app: &impl Authorize, permissions: &[String]) -> bool {
    permissions.iter().all(|permission| app.may(permission))
}
