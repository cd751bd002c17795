//! The name that a connected app goes by. An access token says only its client id.

use std::{cell::RefCell, collections::HashMap};

use oauth::ClientId;
use worker_kit::http::Failure;

use crate::{deployment::Deployment, provider::grants};

/// How many names an isolate keeps in mind.
const MAX_NAMES: usize = 512;

thread_local! {
    static NAMES: RefCell<HashMap<String, Option<String>>> = RefCell::default();
}

/// The name a client registered under, as it may be shown, if it is known here. Stytch does not tell resource servers.
///
/// # Errors
/// When the client's object cannot be reached.
pub async fn client_name(deployment: &Deployment, id: &ClientId) -> Result<Option<String>, Failure> {
    if !deployment.has_embedded_provider() {
        return Ok(None);
    }
    let known = NAMES.with(|names| names.try_borrow().ok()?.get(id.as_str()).cloned());
    if let Some(name) = known {
        return Ok(name);
    }
    let name = grants::client_name(deployment, id)
        .await?
        .map(|name| deployment.application.shown(&name).into_owned());
    NAMES.with(|names| {
        if let Ok(mut names) = names.try_borrow_mut() {
            if names.len() >= MAX_NAMES {
                names.clear();
            }
            names.insert(id.as_str().to_owned(), name.clone());
        }
    });
    Ok(name)
}
