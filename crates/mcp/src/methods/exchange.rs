//! One request on its way to its answer.

use std::borrow::Cow;
use std::future::Future;
use std::rc::Rc;

use serde_json::value::RawValue;

use crate::checks::mirrored;
use crate::handler::answer::Answer;
use crate::handler::context::{Call, Context};
use crate::handler::in_flight::InFlightCall;
use crate::handler::multi_round_trip::MultiRoundTrip;
use crate::handler::outbox::Outbox;
use crate::handler::response_context::ResponseContext;
use crate::handler::session::Session;
use crate::handler::stable_waker::with_stable_waker;
use crate::handler::task_run::TaskSlot;
use crate::model::client::ClientInfo;
use crate::model::error::RpcError;
use crate::model::failure::Failure;
use crate::model::jsonrpc::{Params, string};
use crate::model::log_level::LogLevel;
use crate::model::request_id::RequestId;
use crate::model::revision::{Era, Revision};
use crate::ports::authorize::Authorize;
use crate::ports::headers::Headers;
use crate::ports::platform::Platform;

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
    pub(crate) round_trips: Option<Rc<MultiRoundTrip>>,
    /// The session it belongs to, in the handshake era.
    pub(crate) session: Option<Session>,
    /// What lets its handler go on as a task, where that can be.
    pub(crate) task: Option<Rc<TaskSlot>>,
}

impl Exchange<'_> {
    /// What a handler is told of this request.
    pub(crate) fn context<C>(&self, app: C, response_context: &Rc<ResponseContext>) -> Context<C> {
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
                round_trips: self.round_trips.clone(),
                session: self.session.clone(),
                task: self.task.clone(),
                response_context: Rc::clone(response_context),
            }),
        )
    }

    /// Lets the handler ask the client, in the era where that takes round trips. Only `tools/call`, `prompts/get` and
    /// `resources/read` may (basic/patterns/mrtr, "Supported Requests").
    pub(crate) fn take_up_round_trips(
        &mut self,
        method: &str,
        caller: &impl Authorize,
    ) -> Result<(), Failure> {
        if self.revision.era() == Era::Stateless {
            let round_trips = MultiRoundTrip::take_up(method, &self.params, caller, self.platform)?;
            self.round_trips = Some(Rc::new(round_trips));
        }
        Ok(())
    }

    /// A handler set to work.
    pub(crate) fn working(
        &self,
        response: impl Future<Output = Result<Vec<u8>, Failure>> + 'static,
    ) -> Answer {
        // Only a stream can end without an answer.
        let session = self.session.as_ref().filter(|_| self.outbox.takes_messages());
        Answer::Later(InFlightCall {
            response: with_stable_waker(response),
            outbox: Rc::clone(&self.outbox),
            cancelled: session.map(|session| session.cancelled(self.id)),
        })
    }

    /// Where headers must agree, `Mcp-Name` must.
    pub(crate) fn check_name(&self, name: &str) -> Result<(), Failure> {
        self.mirrors.map_or(Ok(()), |headers| mirrored::name(headers, name).map_err(Failure::from))
    }

    /// The cursor, where there is one. An empty one is the start: clients exist that always send a cursor.
    pub(crate) fn cursor(&self) -> Result<Option<Cow<'_, str>>, Failure> {
        let Some(raw) = self.params.cursor else { return Ok(None) };
        let cursor = string(raw).ok_or_else(invalid_cursor)?;
        Ok(Some(cursor).filter(|cursor| !cursor.is_empty()))
    }

    /// Refuses a cursor to a list that has one page and so gave out none (server/utilities/pagination, "Error Handling").
    pub(crate) fn expect_first_page(&self) -> Result<(), Failure> {
        if self.cursor()?.is_some() { Err(invalid_cursor()) } else { Ok(()) }
    }
}

impl<'a> Exchange<'a> {
    /// A request of the handshake era: no envelope, no mirrored headers, no stream.
    pub(crate) fn plain(
        id: RequestId<'a>,
        revision: Revision,
        params: Params<'a>,
        platform: &'a Platform,
    ) -> Self {
        Self {
            id,
            revision,
            params,
            platform,
            mirrors: None,
            client: None,
            capabilities: None,
            progress_token: None,
            log_level: None,
            outbox: Outbox::new(false),
            round_trips: None,
            session: None,
            task: None,
        }
    }
}

/// Whether the caller has every one of these permissions.
pub(crate) fn permitted(app: &impl Authorize, permissions: &[String]) -> bool {
    permissions.iter().all(|permission| app.may(permission))
}

pub(crate) fn invalid_cursor() -> Failure {
    RpcError::invalid_params("this list gave out no such cursor; without one it starts from the beginning")
        .into()
}
