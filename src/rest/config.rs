//! `GET /api/config`: the configuration that the page needs to start. Public values only, never a secret.

use identity_workers::{EMBEDDED_PUBLIC_TOKEN, config::Identity, deployment::Deployment};
use oauth::Scope;
use serde::Serialize;
use worker_kit::http::{self, Failure, Request, Response};

use crate::permissions::Permission;

/// A scope of the application, as the page shows it to the person who grants it.
#[derive(Serialize)]
struct ShownScope {
    name: &'static str,
    meaning: &'static str,
    /// Scopes that come with it.
    includes: Vec<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageConfig<'a> {
    identity: &'static str,
    /// For Stytch's SDK in the page.
    public_token: &'a str,
    /// Where Stytch's SDK finds its API; `null` for Stytch's own hosts.
    api_origin: Option<&'a str>,
    mcp_url: String,
    /// What an agent that asks for no scope is taken to ask for, space-delimited.
    default_scopes: String,
    /// What an agent may do only with a scope for it; anything else comes with every token.
    required_scopes: Vec<&'a str>,
    /// Every scope of the application, in words.
    application_scopes: [ShownScope; Permission::ALL.len()],
    /// Where login codes can be read in development; `null` where they are mailed.
    mailbox: Option<&'static str>,
    version: &'static str,
}

pub(super) fn get(request: &Request, deployment: &Deployment) -> Result<Response, Failure> {
    let origin = &request.origin;
    let (public_token, api_origin) = match &deployment.config.identity {
        Identity::Embedded => (EMBEDDED_PUBLIC_TOKEN, Some(origin.as_str())),
        Identity::Stytch(project) => (project.public_token.as_str(), None),
    };
    let mailbox_is_open = deployment.config.dev_mailbox
        && origin.is_loopback()
        && matches!(deployment.config.identity, Identity::Embedded);
    Ok(http::json(&PageConfig {
        identity: deployment.config.identity.name(),
        public_token,
        api_origin,
        mcp_url: format!("{origin}/mcp"),
        default_scopes: identity_workers::resource_scopes(deployment).to_string(),
        required_scopes: deployment.config.required_scopes.iter().map(Scope::as_str).collect(),
        application_scopes: Permission::ALL.map(|permission| ShownScope {
            name: permission.scope(),
            meaning: permission.meaning(),
            includes: permission.includes().map(Permission::scope).collect(),
        }),
        mailbox: mailbox_is_open.then_some("/dev/mailbox"),
        version: env!("CARGO_PKG_VERSION"),
    })?)
}
