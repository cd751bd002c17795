//! What is held from one request to the next in the handshake era: the log level (2025-11-25 server/utilities/logging) and
//! subscriptions (server/resources, "Subscriptions").

use crate::declare::server::Server;
use crate::handler::answer::Answer;
use crate::handler::session::Session;
use crate::methods::exchange::{Exchange, permitted};
use crate::model::error::RpcError;
use crate::model::failure::Failure;
use crate::model::jsonrpc::Params;
use crate::model::log_level::LogLevel;
use crate::ports::authorize::Authorize;
use crate::ports::sessions::Subscribed;

impl<C: Authorize + Clone + 'static> Server<C> {
    pub(super) fn set_log_level(&self, exchange: &Exchange<'_>) -> Result<Answer, Failure> {
        let level: LogLevel =
            exchange.params.level.and_then(|raw| json::from_str(raw.get()).ok()).ok_or_else(|| {
                RpcError::invalid_params("params.level must be one of the eight log levels")
            })?;
        let Session { id, held, .. } = session(exchange)?;
        let response_context = self.response_context(exchange)?;
        Ok(exchange.working(async move {
            held.set_log_level(&id.name, level).await?;
            response_context.finish(response_context.result(), None)
        }))
    }

    /// Whoever can read a resource may hear of its changes.
    pub(super) fn subscribe(&self, exchange: &Exchange<'_>, app: &C) -> Result<Answer, Failure> {
        let uri = Params::required("uri", exchange.params.uri)?.into_owned();
        let not_found = RpcError::resource_not_found(&uri, exchange.revision.era());
        let permissions = self.read_permissions(&uri).ok_or_else(|| not_found.clone())?;
        if !permitted(app, permissions) {
            return Err(Failure::forbidden(permissions));
        }
        let Session { id, held, .. } = session(exchange)?;
        let existing = self.existing(vec![uri.clone()], exchange, app)?;
        let response_context = self.response_context(exchange)?;
        let principal = app.principal().to_owned();
        Ok(exchange.working(async move {
            if existing.await?.is_empty() {
                return Err(not_found.into());
            }
            let most = match held.subscribe(&id.name, &principal, &uri).await? {
                Subscribed::Yes => return response_context.finish(response_context.result(), None),
                Subscribed::TooMany { most } => format!("{most} resources: unsubscribe from some first"),
                Subscribed::TooLong { most } => format!("addresses of at most {most} bytes"),
            };
            Err(RpcError::invalid_request(&format!("a session can subscribe to {most}")).into())
        }))
    }

    pub(super) fn unsubscribe(&self, exchange: &Exchange<'_>) -> Result<Answer, Failure> {
        let uri = Params::required("uri", exchange.params.uri)?.into_owned();
        let Session { id, held, .. } = session(exchange)?;
        let response_context = self.response_context(exchange)?;
        Ok(exchange.working(async move {
            held.unsubscribe(&id.name, &uri).await?;
            response_context.finish(response_context.result(), None)
        }))
    }
}

fn session(exchange: &Exchange<'_>) -> Result<Session, RpcError> {
    let missing = || RpcError::invalid_request("this method needs the session that initialize opened");
    exchange.session.clone().ok_or_else(missing)
}
