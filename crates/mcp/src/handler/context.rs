//! What a handler knows about the call it answers.

use std::rc::Rc;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::handler::ask::{
    self, AskError, Elicitation, Elicited, Question, Root, RootList, Sampled, Sampling,
};
use crate::handler::multi_round_trip::MultiRoundTrip;
use crate::handler::outbox::Outbox;
use crate::handler::response_context::ResponseContext;
use crate::handler::session::Session;
use crate::handler::task_result::write_created;
use crate::handler::task_run::TaskSlot;
use crate::model::client::{ClientCapability, ClientInfo, DeclaredCapabilities};
use crate::model::error::Fault;
use crate::model::log_level::LogLevel;
use crate::model::revision::{Feature, Revision};
use crate::model::wire;

/// Handed to every handler: the application's own context and the particulars of the call. Cheap to clone.
#[derive(Clone)]
pub struct Context<C> {
    app: C,
    call: Rc<Call>,
}

pub(crate) struct Call {
    pub(crate) revision: Revision,
    pub(crate) request_id: Box<str>,
    pub(crate) client: Option<ClientInfo>,
    /// The client's capabilities as JSON; `None` when this request does not tell them.
    pub(crate) capabilities: Option<Box<RawValue>>,
    /// The token for progress notifications, as JSON; `None` if the client wants none.
    pub(crate) progress_token: Option<Box<RawValue>>,
    /// The least level of log messages the client wants; `None` if it wants none.
    pub(crate) log_level: Option<LogLevel>,
    pub(crate) outbox: Rc<Outbox>,
    /// How questions travel in the stateless era.
    pub(crate) round_trips: Option<Rc<MultiRoundTrip>>,
    /// How they travel in the other, and what the client said at its beginning.
    pub(crate) session: Option<Session>,
    /// What it takes to go on as a task, where that can be.
    pub(crate) task: Option<Rc<TaskSlot>>,
    pub(crate) response_context: Rc<ResponseContext>,
}

impl<C> Context<C> {
    pub(crate) fn new(app: C, call: Rc<Call>) -> Self {
        Self { app, call }
    }

    /// What the application passed to [`crate::Server::handle`] with this request.
    pub fn app(&self) -> &C {
        &self.app
    }

    /// The revision the answer will be written in. Handlers need it for nothing but telling: what they return is fitted
    /// to the revision by the engine.
    pub fn revision(&self) -> Revision {
        self.call.revision
    }

    /// The request's id, as JSON: `7` or `"a"`.
    pub fn request_id(&self) -> &str {
        &self.call.request_id
    }

    /// Who the client says it is, when the request says so. For display and logs; nothing vouches for it.
    pub fn client(&self) -> Option<&ClientInfo> {
        self.call.client.as_ref().or_else(|| self.call.session.as_ref()?.id.client.as_ref())
    }

    /// Whether the client declared a capability, with this request or when it opened its session. Where it could not
    /// declare any, it has none.
    pub fn client_supports(&self, capability: ClientCapability) -> bool {
        match (&self.call.capabilities, &self.call.session) {
            (Some(raw), _) => DeclaredCapabilities::read(raw).has(capability),
            (None, Some(session)) => session.declares(capability),
            (None, None) => false,
        }
    }

    /// The settings with which the client declared an extension of the protocol; `None` if it did not declare it. In the
    /// handshake era it is known only of the extensions that this server declares too ([`crate::Server::extension`]).
    pub fn client_extension(&self, name: &str) -> Option<Value> {
        match (&self.call.capabilities, &self.call.session) {
            (Some(raw), _) => DeclaredCapabilities::read(raw).extensions.get(name).cloned(),
            (None, Some(session)) => session.id.extensions.get(name).cloned(),
            (None, None) => None,
        }
    }

    /// Tells how far the work is, to a client that wants to know: `progress` out of `total`, each time more than before
    /// (2026-07-28 basic/utilities/progress). A `progress` that is infinite or NaN is not told, such a `total` is left out: JSON
    /// has no word for them.
    pub fn progress(&self, progress: f64, total: Option<f64>, message: Option<&str>) {
        let Some(token) = self.call.progress_token.as_ref().filter(|_| progress.is_finite()) else { return };
        let total = total.filter(|total| total.is_finite());
        let message = message.filter(|_| self.call.revision.knows(Feature::ProgressMessages));
        self.notify("notifications/progress", &Progress { token, done: progress, total, message });
    }

    /// Sends a log message to the client, if it wants messages of this level. `data` is any JSON, usually a sentence.
    pub async fn log(&self, level: LogLevel, logger: Option<&str>, data: impl Into<Value>) {
        let least = match (&self.call.session, self.call.log_level) {
            // A call does not fail because a log message about it does.
            (Some(session), None) => session.held.log_level(&session.id.name).await.ok().flatten(),
            (_, named) => named,
        };
        if least.is_some_and(|least| level >= least) {
            self.notify("notifications/message", &Message { level, logger, data: data.into() });
        }
    }

    fn notify(&self, method: &str, params: &impl Serialize) {
        if let Ok(message) = wire::notification(method, params) {
            self.call.outbox.send(message);
        }
    }

    /// Asks the client's user. `name` tells this question from others of the same handler. Several can be asked at once by
    /// joining the futures.
    ///
    /// # Errors
    /// [`AskError`], to be passed on: it need not mean that the answer will not come.
    pub async fn elicit(&self, name: &str, elicitation: Elicitation) -> Result<Elicited, AskError> {
        self.ask(name, elicitation.question(name, self.call.revision)).await
    }

    /// Asks the client's model; otherwise as [`Self::elicit`].
    ///
    /// # Errors
    /// [`AskError`], to be passed on.
    pub async fn sample(&self, name: &str, sampling: Sampling) -> Result<Sampled, AskError> {
        self.ask(name, sampling.question()).await
    }

    /// Asks the client for its directories; otherwise as [`Self::elicit`].
    ///
    /// # Errors
    /// [`AskError`], to be passed on.
    pub async fn roots(&self, name: &str) -> Result<Vec<Root>, AskError> {
        self.ask::<RootList>(name, ask::roots_question()).await.map(|list| list.roots)
    }

    /// Finds something out before a question is asked, and keeps it until the question is answered: in the stateless era the
    /// handler then runs anew, and is given what it found the first time, which the client has carried and cannot have altered.
    /// For what a question shows, and what therefore has to be the same when the answer is acted upon. `name` tells it from
    /// others of the same handler. Whoever answers a question that was made from something kept must have been asked.
    ///
    /// # Errors
    /// Those of `find`, and a fault for what has no JSON form.
    pub async fn keep<T, E>(&self, name: &str, find: impl Future<Output = Result<T, E>>) -> Result<T, E>
    where
        T: Serialize + serde::de::DeserializeOwned,
        E: From<Fault>,
    {
        let Some(round_trips) = &self.call.round_trips else { return find.await };
        if let Some(kept) = round_trips.kept(name) {
            return Ok(kept);
        }
        let found = find.await?;
        round_trips.keep(name, &found)?;
        Ok(found)
    }

    /// Lets the client come back for the rest of this answer, where it can: its stream ends, the work goes on, and the
    /// client asks for what it missed (2025-11-25 basic/transports, "Resumability and Redelivery"). For work that takes
    /// long, so that no connection has to be held for it.
    pub fn let_poll(&self) {
        if self.call.session.is_some() && self.call.revision.knows(Feature::StreamPolling) {
            self.call.outbox.close_early();
        }
    }

    /// Whether the client declared an extension, as [`Self::client_extension`].
    pub fn client_knows(&self, extension: &str) -> bool {
        self.client_extension(extension).is_some()
    }

    /// Lets the call go on as a task, where the client knows tasks and the server offers them ([`crate::Server::tasks`]): it is
    /// answered now, and what the handler does from here on the client asks for later. Elsewhere nothing happens, and the
    /// client waits.
    ///
    /// Questions asked before it end the call and have it made again, as ever; questions asked after it wait for their answers
    /// where they are. A client that cancels the task stops the handler.
    ///
    /// # Errors
    /// A fault, when the task cannot be held.
    pub async fn go_on_as_task(&self) -> Result<(), Fault> {
        let Some(slot) = self.call.task.as_ref().filter(|_| !self.call.outbox.has_sent()) else {
            return Ok(());
        };
        let Some(run) = slot.begin().await? else { return Ok(()) };
        let created = write_created(&self.call.response_context, &run.id, run.began_ms)
            .map_err(|_| Fault::new("the answer to a call that became a task could not be written"))?;
        self.call.outbox.detach(created, run);
        Ok(())
    }

    /// "Servers MUST only send requests for capabilities the client declared" (2026-07-28 basic/patterns/mrtr).
    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        name: &str,
        question: Question,
    ) -> Result<T, AskError> {
        let unsupported = AskError::Unsupported(question.capability);
        if !question.capability.known_in(self.call.revision) || !self.client_supports(question.capability) {
            return Err(unsupported);
        }
        if let Some(run) = self.call.task.as_ref().and_then(|slot| slot.run()) {
            return run.ask(name, &question, |answer| json::from_value(answer).ok()).await;
        }
        match (&self.call.round_trips, &self.call.session) {
            (Some(round_trips), _) => round_trips.ask(name, question, |answer| json::from_value(answer).ok()),
            (None, Some(session)) if self.call.outbox.takes_messages() => {
                let (name, id) = session.question().map_err(AskError::Fault)?;
                let request = wire::request(&id, question.method, &question.params)
                    .map_err(|error| AskError::Fault(Fault::new(error)))?;
                // First, so that no answer comes before somebody waits for it.
                let answer = session.held.answer(&session.id.name, &name).await.map_err(AskError::Fault)?;
                self.call.outbox.send(request);
                ask::read_answer(answer.await.map_err(AskError::Fault)?.as_deref())
            }
            (None, _) => Err(unsupported),
        }
    }
}

#[derive(Serialize)]
struct Progress<'a> {
    #[serde(rename = "progressToken")]
    token: &'a RawValue,
    #[serde(rename = "progress")]
    done: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

#[derive(Serialize)]
struct Message<'a> {
    level: LogLevel,
    #[serde(skip_serializing_if = "Option::is_none")]
    logger: Option<&'a str>,
    data: Value,
}
