//! What a response needs besides its contents: the id it answers, the revision it is written in, who the server is.
//!
//! Owned, because a handler outlives the request that called it.

use std::rc::Rc;

use crate::handler::ask::AskError;
use crate::handler::multi_round_trip::MultiRoundTrip;
use crate::model::failure::Failure;
use crate::model::request_id::RequestId;
use crate::model::revision::Revision;
use crate::model::wire::{Caching, ResultWriter};

/// One response to be.
pub(crate) struct ResponseContext {
    id: Box<str>,
    pub(crate) revision: Revision,
    server_meta: Rc<str>,
    round_trips: Option<Rc<MultiRoundTrip>>,
}

impl ResponseContext {
    pub(crate) fn new(
        id: RequestId<'_>,
        revision: Revision,
        server_meta: Rc<str>,
        round_trips: Option<Rc<MultiRoundTrip>>,
    ) -> Self {
        Self { id: id.as_json().into(), revision, server_meta, round_trips }
    }

    pub(crate) fn result(&self) -> ResultWriter {
        ResultWriter::new(RequestId::kept(&self.id), self.revision)
    }

    pub(crate) fn result_of_type(&self, result_type: &'static str) -> ResultWriter {
        ResultWriter::of_type(result_type, RequestId::kept(&self.id), self.revision)
    }

    pub(crate) fn finish(&self, result: ResultWriter, caching: Option<Caching>) -> Result<Vec<u8>, Failure> {
        Ok(result.finish(&self.server_meta, caching)?)
    }

    /// The request's id as a value, which is what a subscription is named by.
    pub(crate) fn subscription_id(&self) -> Result<serde_json::Value, Failure> {
        Ok(json::from_str(&self.id)?)
    }

    /// The `_meta` of the result with one more member: the request's id, under this name.
    pub(crate) fn meta_with(&self, name: &str) -> Result<String, Failure> {
        let mut meta: serde_json::Map<String, serde_json::Value> = json::from_str(&self.server_meta)?;
        meta.insert(name.to_owned(), self.subscription_id()?);
        Ok(json::to_string(&meta)?)
    }

    /// The response to a request whose handler asked the client something and got no answer.
    pub(crate) fn unanswered(&self, why: AskError) -> Result<Vec<u8>, Failure> {
        match why {
            AskError::Pending => self.input_required(),
            AskError::Unsupported(capability) => {
                Err(Failure::missing_capability(capability, self.revision.era()))
            }
            AskError::Unasked => {
                let why =
                    "params.inputResponses answers a question that was not asked: leave it out to be asked";
                Err(crate::RpcError::invalid_params(why).into())
            }
            AskError::Refused(why) => {
                Err(crate::RpcError::new(crate::model::error::code::INTERNAL_ERROR, why).into())
            }
            AskError::Fault(fault) => Err(fault.into()),
        }
    }

    fn input_required(&self) -> Result<Vec<u8>, Failure> {
        let Some(round_trips) = &self.round_trips else {
            return Err(crate::Fault::new("a handler waits for an answer nobody was asked for").into());
        };
        let required = round_trips.input_required();
        let mut result = self.result_of_type("input_required");
        result.member("inputRequests", &required.requests)?;
        if let Some(state) = required.state {
            result.member("requestState", &state)?;
        }
        self.finish(result, None)
    }
}
