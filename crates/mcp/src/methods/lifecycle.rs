//! How a client meets a server: `initialize` and `ping` in the handshake era (2025-11-25 basic/lifecycle, basic/utilities/
//! ping), `server/discover` in the stateless one (2026-07-28 server/discover).

use crate::checks::era;
use crate::declare::server::Server;
use crate::handler::answer::Answer;
use crate::handler::session::Session;
use crate::methods::exchange::Exchange;
use crate::model::client::ClientInfo;
use crate::model::error::RpcError;
use crate::model::failure::Failure;
use crate::model::jsonrpc::{Params, object};
use crate::model::revision::{Era, Revision};
use crate::model::wire::{Caching, ResultWriter};
use crate::ports::authorize::Authorize;
use crate::ports::seal::Owner;

impl<C: Authorize + Clone + 'static> Server<C> {
    /// Answers in the revision that it settles on, which is the only thing negotiated.
    pub(super) fn initialize(&self, exchange: &Exchange<'_>, app: &C) -> Result<Answer, Failure> {
        let params = &exchange.params;
        let requested = Params::required("protocolVersion", params.protocol_version)?;
        let capabilities = params
            .capabilities
            .filter(|raw| raw.get().starts_with('{'))
            .ok_or_else(|| RpcError::invalid_params("params.capabilities must be an object"))?;
        let client: ClientInfo = params
            .client_info
            .and_then(|raw| object(raw.get()).ok())
            .ok_or_else(|| RpcError::invalid_params("params.clientInfo must have a name and a version"))?;
        let revision = era::negotiate(&requested);
        let mut result = ResultWriter::new(exchange.id, revision);
        result.member("protocolVersion", revision.as_str())?;
        result.member("capabilities", &self.capabilities(revision, exchange.platform))?;
        result.member("serverInfo", &self.identity().wire(revision))?;
        if let Some(instructions) = self.instructions_text() {
            result.member("instructions", instructions)?;
        }
        let response = result.finish("", None)?;
        let offered = self.extensions();
        let session =
            Session::open(exchange.platform, &Owner::of(app), revision, capabilities, client, offered);
        Ok(match session? {
            Some(id) => Answer::Opening(response, id),
            None => Answer::Now(response),
        })
    }

    pub(super) fn ping(&self, exchange: &Exchange<'_>) -> Result<Answer, Failure> {
        let response_context = self.response_context(exchange)?;
        Ok(Answer::Now(response_context.finish(response_context.result(), None)?))
    }

    /// `supportedVersions` answers "what may I put into `_meta`", so it names stateless revisions only; a client that
    /// wants a handshake revision asks with `initialize`.
    pub(super) fn discover(&self, exchange: &Exchange<'_>) -> Result<Answer, Failure> {
        let supported: Vec<_> = Revision::of(Era::Stateless).map(Revision::as_str).collect();
        let response_context = self.response_context(exchange)?;
        let mut result = response_context.result();
        result.member("supportedVersions", &supported)?;
        result.member("capabilities", &self.capabilities(exchange.revision, exchange.platform))?;
        if let Some(instructions) = self.instructions_text() {
            result.member("instructions", instructions)?;
        }
        let whoami = self.whole_meta(exchange.revision)?;
        Ok(Answer::Now(result.finish(&whoami, Some(Caching::of_list(true)))?))
    }
}
