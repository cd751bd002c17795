//! `GET /api/config`: what the page needs to know before it can do anything. Public values only, never a secret.

use serde::Serialize;
use worker::Response;

use crate::{
    config::Identity,
    http::{self, Failure, Request},
    identity::provider::EMBEDDED_PUBLIC_TOKEN,
    router::App,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageConfig<'a> {
    identity: &'static str,
    /// For Stytch's SDK in the page.
    public_token: &'a str,
    /// Where Stytch's SDK finds its API; `null` for Stytch's own hosts.
    api_origin: Option<&'a str>,
    mcp_url: String,
    /// Where login codes can be read in development; `null` where they are mailed.
    mailbox: Option<&'static str>,
    version: &'static str,
}

pub(super) fn get(request: &Request, app: &App) -> Result<Response, Failure> {
    let origin = &request.origin;
    let (public_token, api_origin) = match &app.config.identity {
        Identity::Embedded => (EMBEDDED_PUBLIC_TOKEN, Some(origin.as_str())),
        Identity::Stytch(project) => (project.public_token.as_str(), None),
    };
    let mailbox_is_open =
        app.config.dev_mailbox && origin.is_loopback() && matches!(app.config.identity, Identity::Embedded);
    Ok(http::json(&PageConfig {
        identity: app.config.identity.name(),
        public_token,
        api_origin,
        mcp_url: format!("{origin}/mcp"),
        mailbox: mailbox_is_open.then_some("/dev/mailbox"),
        version: env!("CARGO_PKG_VERSION"),
    })?)
}
