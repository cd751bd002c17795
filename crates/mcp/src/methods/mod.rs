//! The methods of the protocol: a message that has passed the ladder becomes an answer.
//!
//! `lifecycle` holds `initialize`, `ping` and `server/discover`; `tools` and `resources` hold theirs. A method writes the
//! members of its result; what each era adds to every result is the business of [`crate::wire`].

mod lifecycle;
mod resources;
mod tools;

use std::rc::Rc;

use serde_json::value::RawValue;

use crate::context::{Authorize, Call, ClientInfo, Context};
use crate::error::{Failure, RpcError};
use crate::http::Headers;
use crate::jsonrpc::{Params, RequestId};
use crate::ladder::mirrored;
use crate::revision::{Era, Revision};
use crate::server::Server;
use crate::wire::{Caching, ResultWriter};

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
}

impl Method {
    /// The method of this name, if the era has it and the server declared what it is for. `None` is "method not found".
    pub(crate) fn find<C>(name: &str, era: Era, server: &Server<C>) -> Option<Self> {
        match (name, era) {
            ("initialize", Era::Handshake) => Some(Self::Initialize),
            ("ping", Era::Handshake) => Some(Self::Ping),
            ("server/discover", Era::Stateless) => Some(Self::Discover),
            ("tools/list", _) if server.has_tools() => Some(Self::ListTools),
            ("tools/call", _) if server.has_tools() => Some(Self::CallTool),
            ("resources/list", _) if server.has_resources() => Some(Self::ListResources),
            ("resources/templates/list", _) if server.has_resources() => Some(Self::ListResourceTemplates),
            ("resources/read", _) if server.has_resources() => Some(Self::ReadResource),
            _ => None,
        }
    }
}

/// One request on its way to its answer.
pub(crate) struct Exchange<'a> {
    pub(crate) id: RequestId<'a>,
    pub(crate) revision: Revision,
    pub(crate) params: Params<'a>,
    /// The headers that must agree with the parameters; `None` in the handshake era, which has none such.
    pub(crate) mirrors: Option<&'a dyn Headers>,
    pub(crate) client: Option<ClientInfo>,
    pub(crate) capabilities: Option<&'a RawValue>,
}

impl Exchange<'_> {
    /// What a handler is told of this request.
    fn context<C>(&self, app: C) -> Context<C> {
        Context::new(
            app,
            Rc::new(Call {
                revision: self.revision,
                request_id: self.id.as_json().into(),
                client: self.client.clone(),
                capabilities: self.capabilities.map(ToOwned::to_owned),
            }),
        )
    }

    /// Where headers must agree, `Mcp-Name` must.
    fn check_name(&self, name: &str) -> Result<(), Failure> {
        self.mirrors.map_or(Ok(()), |headers| mirrored::name(headers, name).map_err(Failure::from))
    }

    /// Refuses a cursor to a list that has one page and so gave out none (server/utilities/pagination, "Error Handling").
    fn expect_first_page(&self) -> Result<(), Failure> {
        match self.params.cursor {
            None => Ok(()),
            Some(_) => {
                Err(RpcError::invalid_params("this list has a single page, and no such cursor").into())
            }
        }
    }

    fn result(&self) -> ResultWriter {
        ResultWriter::new(self.id, self.revision)
    }
}

impl<C: Authorize + Clone + 'static> Server<C> {
    /// Runs a method. The bytes are a whole JSON-RPC response.
    pub(crate) async fn run(
        &self,
        method: Method,
        exchange: Exchange<'_>,
        app: C,
    ) -> Result<Vec<u8>, Failure> {
        match method {
            Method::Initialize => self.initialize(&exchange),
            Method::Ping => self.ping(&exchange),
            Method::Discover => self.discover(&exchange),
            Method::ListTools => self.list_tools(&exchange, &app),
            Method::CallTool => self.call_tool(&exchange, app).await,
            Method::ListResources => self.list_resources(&exchange, app).await,
            Method::ListResourceTemplates => self.list_resource_templates(&exchange, &app),
            Method::ReadResource => self.read_resource(&exchange, app).await,
        }
    }

    fn finish(
        &self,
        exchange: &Exchange<'_>,
        result: ResultWriter,
        caching: Option<Caching>,
    ) -> Result<Vec<u8>, Failure> {
        Ok(result.finish(self.meta(exchange.revision)?, caching)?)
    }
}

/// Whether the caller has every one of these permissions.
fn permitted(app: &impl Authorize, permissions: &[String]) -> bool {
    permissions.iter().all(|permission| app.may(permission))
}
