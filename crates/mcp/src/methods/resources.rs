//! `resources/list`, `resources/templates/list` and `resources/read` (2026-07-28 server/resources), with the cursors of
//! server/utilities/pagination.

use crate::declare::resource::{ReadHandler, ResourceError, ResourcePage, ResourceTemplate, ResourceUri};
use crate::declare::server::Server;
use crate::handler::answer::Answer;
use crate::methods::exchange::{Exchange, invalid_cursor, permitted};
use crate::model::error::RpcError;
use crate::model::failure::Failure;
use crate::model::jsonrpc::Params;
use crate::model::wire::Caching;
use crate::ports::authorize::Authorize;
use base64ct::{Base64UrlUnpadded, Encoding as _};

/// Who reads an address, and the values found in it.
pub(super) struct Reader<'a, C> {
    permissions: &'a [String],
    pub(super) read: &'a ReadHandler<C>,
    /// The template that the address fits, if it is not declared as it is.
    pub(super) template: Option<&'a ResourceTemplate<C>>,
    pub(super) values: Vec<(String, String)>,
}

impl<C: Authorize + Clone + 'static> Server<C> {
    /// The declared resources, and then those of the application's own list, on whose last page the list ends.
    pub(super) fn list_resources(&self, exchange: &Exchange<'_>, app: C) -> Result<Answer, Failure> {
        let position = position(exchange)?;
        let response_context = self.response_context(exchange)?;
        let declared: Vec<_> = match position {
            Some(_) => Vec::new(),
            None => self
                .declared_resources()
                .filter(|resource| permitted(&app, &resource.permissions))
                .map(|resource| resource.entry.clone())
                .collect(),
        };
        let page = match self.resource_list().filter(|resources| permitted(&app, &resources.permissions)) {
            None if position.is_some() => return Err(invalid_cursor()),
            None => None,
            Some(resources) => Some((resources.list)(exchange.context(app, &response_context), position)),
        };
        Ok(exchange.working(async move {
            let page = match page {
                None => ResourcePage::default(),
                Some(page) => page.await.map_err(|error| match error {
                    ResourceError::Fault(fault) => fault.into(),
                    ResourceError::NotFound | ResourceError::InvalidPosition | ResourceError::Asked(_) => {
                        invalid_cursor()
                    }
                })?,
            };
            let entries: Vec<_> = declared
                .iter()
                .chain(&page.resources)
                .map(|entry| entry.wire(response_context.revision))
                .collect();
            let mut result = response_context.result();
            result.member("resources", &entries)?;
            if let Some(next) = page.next {
                result.member("nextCursor", &Base64UrlUnpadded::encode_string(next.as_bytes()))?;
            }
            response_context.finish(result, Some(Caching::OF_DATA))
        }))
    }

    pub(super) fn list_resource_templates(
        &self,
        exchange: &Exchange<'_>,
        app: &C,
    ) -> Result<Answer, Failure> {
        exchange.expect_first_page()?;
        let response_context = self.response_context(exchange)?;
        let allowed = self.resource_templates().filter(|template| permitted(app, &template.permissions));
        let mut result = response_context.result();
        result
            .list("resourceTemplates", allowed.map(|template| template.written(response_context.revision)))?;
        let shared = self.resource_templates().all(|template| template.permissions.is_empty());
        Ok(Answer::Now(response_context.finish(result, Some(Caching::of_list(shared)))?))
    }

    pub(super) fn read_resource(&self, exchange: &mut Exchange<'_>, app: C) -> Result<Answer, Failure> {
        let uri = Params::required("uri", exchange.params.uri)?;
        exchange.check_name(&uri)?;
        let not_found = RpcError::resource_not_found(&uri, exchange.revision.era());
        let Reader { permissions, read, values, .. } = self.reader(&uri).ok_or_else(|| not_found.clone())?;
        if !permitted(&app, permissions) {
            return Err(Failure::forbidden(permissions));
        }
        exchange.take_up_round_trips("resources/read", &app)?;
        let response_context = self.response_context(exchange)?;
        let contents =
            read(exchange.context(app, &response_context), ResourceUri { uri: uri.into_owned(), values });
        Ok(exchange.working(async move {
            let contents = match contents.await {
                Ok(contents) => contents,
                Err(ResourceError::Fault(fault)) => return Err(fault.into()),
                Err(ResourceError::Asked(why)) => return response_context.unanswered(why),
                Err(ResourceError::NotFound | ResourceError::InvalidPosition) => return Err(not_found.into()),
            };
            // "Servers MUST NOT return an empty `contents` array for a non-existent resource."
            if contents.is_empty() {
                return Err(not_found.into());
            }
            let mut result = response_context.result();
            result.member(
                "contents",
                &contents.iter().map(|part| part.wire(response_context.revision)).collect::<Vec<_>>(),
            )?;
            response_context.finish(result, Some(Caching::OF_DATA))
        }))
    }

    /// What a caller needs to read an address; `None` if there is nothing.
    pub(super) fn read_permissions(&self, uri: &str) -> Option<&[String]> {
        self.reader(uri).map(|reader| reader.permissions)
    }

    /// The resource declared at the address, else the first template that it fits.
    pub(super) fn reader(&self, uri: &str) -> Option<Reader<'_, C>> {
        if let Some(resource) = self.declared_resources().find(|resource| resource.entry.uri == uri) {
            let (permissions, read) = (&resource.permissions, &resource.read);
            return Some(Reader { permissions, read, template: None, values: Vec::new() });
        }
        self.resource_templates().find_map(|template| {
            let values = template.pattern.as_ref().ok()?.matches(uri)?;
            let (permissions, read) = (&template.permissions, &template.read);
            Some(Reader { permissions, read, template: Some(template), values })
        })
    }
}

/// The position in a cursor. A cursor is a position the list gave out, wrapped so that clients do not read it; it is not
/// sealed, and a list must judge a position as it would any input.
fn position(exchange: &Exchange<'_>) -> Result<Option<String>, Failure> {
    let Some(cursor) = exchange.cursor()? else { return Ok(None) };
    let bytes = Base64UrlUnpadded::decode_vec(&cursor).ok();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).map(Some).ok_or_else(invalid_cursor)
}
