//! The person who is logged in, and the apps they have connected.

use std::borrow::Cow;
use worker_kit::http::Response;

use oauth::{ClientId, Scopes};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use uuid::Uuid;

use super::{
    super::{
        account::{ConnectedApp, ConnectedGrant},
        stytch::{SdkError, StytchError, sdk_answer},
    },
    presented::{Presented, ShownSession},
};
use crate::deployment::Deployment;

pub(super) async fn me(deployment: &Deployment, presented: &Presented) -> Result<Response, SdkError> {
    let ShownSession { digest, user_id, account, .. } = presented.session(deployment)?;
    let session = account.use_session(digest, None).await?.ok_or(StytchError::session_not_found())?;
    sdk_answer(&session.profile.as_stytch_user(&user_id)?)
}

pub(super) async fn connected_apps(
    deployment: &Deployment,
    presented: &Presented,
) -> Result<Response, SdkError> {
    let ShownSession { digest, account, .. } = presented.session(deployment)?;
    let apps = account.connected_apps(digest).await?.ok_or(StytchError::session_not_found())?;
    let connected_apps = apps.iter().map(|app| as_stytch_connected_app(deployment, app)).collect();
    sdk_answer(&ConnectedApps { connected_apps })
}

pub(super) async fn disconnect(
    deployment: &Deployment,
    presented: &Presented,
    id: &str,
) -> Result<Response, SdkError> {
    let not_found = StytchError::new(404, "connected_app_not_found", "No such app is connected.");
    let id = percent_decode_str(id).decode_utf8().map_err(|_| not_found)?;
    let ShownSession { digest, account, .. } = presented.session(deployment)?;
    // Beyond Stytch's contract: a grant's id ends what one device was given.
    let outcome = match id.parse() {
        Ok(grant) => account.disconnect_grant(digest, grant).await?,
        Err(_) => {
            let client_id: ClientId = id.parse().map_err(|_| not_found)?;
            account.disconnect(digest, client_id).await?
        }
    };
    match outcome {
        Some(true) => sdk_answer(&()),
        Some(false) => Err(not_found.into()),
        None => Err(StytchError::session_not_found().into()),
    }
}

#[derive(Serialize)]
struct ConnectedApps<'a> {
    connected_apps: Vec<StytchConnectedApp<'a>>,
}

#[derive(Serialize)]
struct StytchConnectedApp<'a> {
    connected_app_id: &'a ClientId,
    name: Cow<'a, str>,
    description: &'static str,
    client_type: &'static str,
    /// As Stytch's component reads it: one text, not a list.
    scopes_granted: &'a Scopes,
    // Beyond Stytch's contract; a page that knows them shows them.
    connected_at: String,
    last_used_at: String,
    grants: Vec<OneGrant<'a>>,
}

#[derive(Serialize)]
struct OneGrant<'a> {
    grant_id: Uuid,
    scopes_granted: &'a Scopes,
    connected_at: Option<String>,
    last_used_at: Option<String>,
}

fn as_stytch_connected_app<'a>(deployment: &Deployment, app: &'a ConnectedApp) -> StytchConnectedApp<'a> {
    StytchConnectedApp {
        connected_app_id: &app.client_id,
        name: deployment.application.shown(&app.name),
        description: "",
        client_type: "third_party_public",
        scopes_granted: &app.scopes,
        connected_at: app.connected_at.to_string(),
        last_used_at: app.used_at.to_string(),
        grants: app.grants.iter().map(as_grant).collect(),
    }
}

fn as_grant(grant: &ConnectedGrant) -> OneGrant<'_> {
    OneGrant {
        grant_id: grant.grant_id,
        scopes_granted: &grant.scopes,
        connected_at: grant.begun_at.map(|at| at.to_string()),
        last_used_at: grant.used_at.map(|at| at.to_string()),
    }
}
