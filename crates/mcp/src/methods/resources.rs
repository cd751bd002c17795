//! `resources/list`, `resources/templates/list` and `resources/read` (2026-07-28 server/resources), with the cursors of
//! server/utilities/pagination.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::context::Authorize;
use crate::error::{Failure, RpcError};
use crate::jsonrpc::{Params, string};
use crate::methods::{Exchange, permitted};
use crate::resource::{ResourceError, ResourcePage, ResourceUri};
use crate::server::Server;
use crate::wire::{CacheScope, Caching};

impl<C: Authorize + Clone + 'static> Server<C> {
    pub(super) async fn list_resources(&self, exchange: &Exchange<'_>, app: C) -> Result<Vec<u8>, Failure> {
        let position = position(exchange)?;
        let page = match self.resource_list().filter(|resources| permitted(&app, &resources.permissions)) {
            None if position.is_some() => return Err(invalid_cursor()),
            None => ResourcePage::default(),
            Some(resources) => {
                (resources.list)(exchange.context(app), position).await.map_err(|error| match error {
                    ResourceError::Fault(fault) => Failure::Fault(fault),
                    ResourceError::NotFound | ResourceError::InvalidPosition => invalid_cursor(),
                })?
            }
        };
        let entries: Vec<_> = page.resources.iter().map(|entry| entry.wire(exchange.revision)).collect();
        let mut result = exchange.result();
        result.member("resources", &entries)?;
        if let Some(next) = page.next {
            result.member("nextCursor", &URL_SAFE_NO_PAD.encode(next))?;
        }
        self.finish(exchange, result, Some(Caching::OF_DATA))
    }

    pub(super) fn list_resource_templates(
        &self,
        exchange: &Exchange<'_>,
        app: &C,
    ) -> Result<Vec<u8>, Failure> {
        exchange.expect_first_page()?;
        let revision = exchange.revision;
        let allowed = self.resource_templates().filter(|template| permitted(app, &template.permissions));
        let mut result = exchange.result();
        result.list("resourceTemplates", allowed.map(|template| template.written(revision)))?;
        let scope = if self.resource_templates().any(|template| !template.permissions.is_empty()) {
            CacheScope::Private
        } else {
            CacheScope::Public
        };
        self.finish(exchange, result, Some(Caching::of_declarations(scope)))
    }

    pub(super) async fn read_resource(&self, exchange: &Exchange<'_>, app: C) -> Result<Vec<u8>, Failure> {
        let uri = Params::required("uri", exchange.params.uri)?;
        exchange.check_name(&uri)?;
        let not_found = || Failure::Protocol(RpcError::resource_not_found(&uri, exchange.revision.era()));
        let (template, values) = self
            .resource_templates()
            .find_map(|template| Some((template, template.pattern.as_ref().ok()?.matches(&uri)?)))
            .ok_or_else(not_found)?;
        if !permitted(&app, &template.permissions) {
            return Err(Failure::Forbidden(template.permissions.clone()));
        }
        let address = ResourceUri { uri: uri.clone().into_owned(), values };
        let contents =
            (template.read)(exchange.context(app), address).await.map_err(|error| match error {
                ResourceError::Fault(fault) => Failure::Fault(fault),
                ResourceError::NotFound | ResourceError::InvalidPosition => not_found(),
            })?;
        // "Servers MUST NOT return an empty `contents` array for a non-existent resource."
        if contents.is_empty() {
            return Err(not_found());
        }
        let mut result = exchange.result();
        result.member("contents", &contents.iter().map(|part| part.wire()).collect::<Vec<_>>())?;
        self.finish(exchange, result, Some(Caching::OF_DATA))
    }
}

/// The position in a cursor. A cursor is a position the list gave out, wrapped so that clients do not read it; it is not
/// sealed, and a list must judge a position as it would any input.
fn position(exchange: &Exchange<'_>) -> Result<Option<String>, Failure> {
    let Some(cursor) = exchange.params.cursor else { return Ok(None) };
    string(cursor)
        .and_then(|cursor| URL_SAFE_NO_PAD.decode(cursor.as_bytes()).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .map(Some)
        .ok_or_else(invalid_cursor)
}

fn invalid_cursor() -> Failure {
    RpcError::invalid_params("this list gave out no such cursor").into()
}
