//! Which resources exist: only these can be subscribed to, so that made-up addresses are not stored.

use std::future::Future;
use std::pin::Pin;

use crate::declare::resource::{ExistingHandler, ResourceError, ResourceUri};
use crate::declare::server::Server;
use crate::methods::exchange::Exchange;
use crate::methods::resources::Reader;
use crate::model::error::Fault;
use crate::model::failure::Failure;
use crate::model::sorted;
use crate::ports::authorize::Authorize;

/// A look at some addresses: those of them that there are.
type Look = Pin<Box<dyn Future<Output = Result<Vec<String>, Fault>>>>;

impl<C: Authorize + Clone + 'static> Server<C> {
    /// Those of the addresses that the caller could read now, in order, each once. What a template knows of all at once it is asked
    /// for once; others are read, one after the other.
    pub(super) fn existing(
        &self,
        uris: Vec<String>,
        exchange: &Exchange<'_>,
        app: &C,
    ) -> Result<impl Future<Output = Result<Vec<String>, Failure>> + use<C>, Failure> {
        let response_context = self.response_context(exchange)?;
        let context = || exchange.context(app.clone(), &response_context);
        let mut found = Vec::new();
        let mut known_at_once: Vec<(&ExistingHandler<C>, Vec<ResourceUri>)> = Vec::new();
        let mut looks: Vec<Look> = Vec::new();
        for uri in uris {
            let Some(Reader { template, read, values, .. }) = self.reader(&uri) else { continue };
            let address = ResourceUri { uri: uri.clone(), values };
            match template.map(|template| template.existing.as_ref()) {
                None => found.push(uri),
                Some(None) => {
                    let contents = read(context(), address);
                    looks.push(Box::pin(async move {
                        // One whose reader asks something first is there.
                        let is_there = match contents.await {
                            Ok(contents) => !contents.is_empty(),
                            Err(ResourceError::Fault(fault)) => return Err(fault),
                            Err(ResourceError::Asked(_)) => true,
                            Err(ResourceError::NotFound | ResourceError::InvalidPosition) => false,
                        };
                        Ok(is_there.then_some(uri).into_iter().collect())
                    }));
                }
                Some(Some(handler)) => {
                    match known_at_once.iter_mut().find(|(known, _)| std::ptr::eq(*known, handler)) {
                        Some((_, addresses)) => addresses.push(address),
                        None => known_at_once.push((handler, vec![address])),
                    }
                }
            }
        }
        looks.extend(known_at_once.into_iter().map(|(handler, addresses)| -> Look {
            let known = handler(context(), addresses);
            Box::pin(async move {
                match known.await {
                    Ok(known) => Ok(known.into_iter().map(|address| address.uri).collect()),
                    Err(ResourceError::Fault(fault)) => Err(fault),
                    Err(_) => Ok(Vec::new()),
                }
            })
        }));
        Ok(async move {
            for look in looks {
                found.extend(look.await?);
            }
            Ok(sorted::set(found))
        })
    }
}
